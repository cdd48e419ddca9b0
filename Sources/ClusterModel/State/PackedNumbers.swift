/// Numbers one behind the other, each in as few bytes as it takes: seven bits in each, the lowest first, and zigzag, so that
/// small ones of either sign are short. The wire's lists of numbers have the same bytes.
struct PackedNumbers: Sendable {
    /// ``next(_:)`` shows whether they are whole.
    var bytes: [UInt8] = []

    mutating func append(_ number: Int) {
        var rest = UInt64(bitPattern: Int64(number << 1 ^ number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The number at the place, which moves behind it; nil when there is none.
    func next(_ place: inout Int) -> Int? {
        var (raw, shift): (UInt64, UInt64) = (0, 0)
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            guard shift < 63 || byte <= 1 else { return nil }
            raw |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return Int(Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)) }
            shift += 7
        }
        return nil
    }
}
