/// A key of at most 15 bytes as two numbers, which sort as its bytes do and are compared at once.
@frozen
public struct ShortKey: Hashable, Sendable {
    /// The first eight bytes, the first of them highest; zeros where the key has ended.
    public let high: UInt64
    /// Seven more, and lowest the key's length and one: so that 0 is no key, and of two that differ in trailing zero bytes
    /// only, the shorter comes first.
    public let low: UInt64

    @inlinable @inline(__always)
    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    @inlinable public static var lengthLimit: Int { 15 }

    /// - Parameter key: At most ``lengthLimit`` bytes.
    @inlinable @inline(__always)
    public init(_ key: Span<UInt8>) {
        high = key.littleEndianWord(at: 0).byteSwapped
        low = key.littleEndianWord(at: 8).byteSwapped | UInt64(key.count + 1)
    }

    /// - Parameter text: At most ``lengthLimit`` bytes.
    init(ascii text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span)
    }

    /// Bytes of the key.
    @inlinable public var length: Int { Int(low & 0xff) - 1 }
}

extension Span<UInt8> {
    /// Eight bytes from a place on, the first lowest; zeros for those behind the end.
    @inlinable @inline(__always)
    func littleEndianWord(at place: Int) -> UInt64 {
        if place + 8 <= count { return bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self) }
        return lastWord(at: place)
    }

    @inlinable @inline(__always)
    func half(at place: Int) -> UInt64 { UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self)) }

    @inlinable @inline(__always)
    func quarter(at place: Int) -> UInt64 { UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt16.self)) }

    @inlinable
    func lastWord(at place: Int) -> UInt64 {
        guard place < count else { return 0 }
        if count >= 8 {
            // The last eight, moved down.
            let last = bytes.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            return last >> UInt64(8 * (place + 8 - count))
        }
        // Two pieces that may overlap.
        let length = count - place
        if length >= 4 { return half(at: place) | half(at: count - 4) << UInt64(8 * (length - 4)) }
        if length >= 2 { return quarter(at: place) | quarter(at: count - 2) << UInt64(8 * (length - 2)) }
        return UInt64(self[place])
    }
}
