/// The first bytes of a key as a number that sorts as they do, so that most comparisons need not touch the key.
@usableFromInline
enum KeyPrefix {
    /// Bytes that count.
    @inlinable static var length: Int { 8 }

    /// The first byte highest; a shorter key is filled with zeros.
    @inlinable @inline(__always)
    static func of(_ key: Span<UInt8>) -> UInt64 {
        var prefix: UInt64 = 0
        let count = min(length, key.count)
        for index in 0..<count { prefix = prefix << 8 | UInt64(key[index]) }
        // A shift by 64, for an empty key, gives 0.
        return prefix << UInt64(8 * (length - count))
    }

    /// Less than 0 when the first key comes before the second, by unsigned bytes, the shorter first; for keys whose
    /// prefixes are equal.
    @inlinable
    static func compareRest(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Int {
        let shared = min(first.count, second.count)
        var index = length
        while index < shared {
            if first[index] != second[index] { return Int(first[index]) - Int(second[index]) }
            index += 1
        }
        return first.count - second.count
    }
}
