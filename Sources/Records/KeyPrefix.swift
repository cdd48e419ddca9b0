/// Eight bytes of a key as a number that sorts as they do, so that most comparisons need not touch the key.
@usableFromInline
enum KeyPrefix {
    /// Bytes that count.
    @inlinable static var length: Int { 8 }

    /// The first byte highest; a shorter key is filled with zeros.
    @inlinable @inline(__always)
    static func of(_ key: Span<UInt8>) -> UInt64 {
        if key.count >= length { return key.word(at: 0) }
        var prefix: UInt64 = 0
        for index in key.indices { prefix = prefix << 8 | UInt64(key[index]) }
        // A shift by 64, for an empty key, gives 0.
        return prefix << UInt64(8 * (length - key.count))
    }

    /// Less than 0 when the first key comes before the second, by unsigned bytes, the shorter first.
    ///
    /// - Parameter start: Bytes that are known to be equal, at least eight.
    @inlinable
    static func compareRest(_ first: Span<UInt8>, _ second: Span<UInt8>, from start: Int = length) -> Int {
        let shared = min(first.count, second.count)
        var index = start
        while index < shared {
            // The last word begins among the bytes that are equal.
            index = min(index, shared - length)
            let (one, other) = (first.word(at: index), second.word(at: index))
            if one != other { return one < other ? -1 : 1 }
            index += length
        }
        return first.count - second.count
    }
}
