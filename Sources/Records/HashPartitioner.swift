/// Which reducer a key goes to.
public enum HashPartitioner {
    /// The same as Hadoop's HashPartitioner over Text keys (WritableComparator.hashBytes).
    @inlinable
    public static func partition(_ key: Span<UInt8>, of count: Int) -> Int {
        if count == 1 { return 0 }
        var hash: Int32 = 1
        for index in key.indices { hash = 31 &* hash &+ Int32(Int8(bitPattern: key[index])) }
        return Int(hash & Int32.max) % count
    }
}
