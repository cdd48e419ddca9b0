/// Bytes are looked for eight at a time.
extension Span<UInt8> {
    /// The first place from `start` on that holds the byte; the number of bytes when none does.
    func first(_ byte: UInt8, from start: Int) -> Int { first(from: start) { $0.marks(of: byte) } }

    /// The same for either of two bytes.
    func first(_ one: UInt8, or other: UInt8, from start: Int) -> Int {
        first(from: start) { $0.marks(of: one) | $0.marks(of: other) }
    }

    /// The same for one of three.
    func first(_ one: UInt8, or other: UInt8, or third: UInt8, from start: Int) -> Int {
        first(from: start) { $0.marks(of: one) | $0.marks(of: other) | $0.marks(of: third) }
    }

    /// - Parameter marks: Of eight bytes, the first lowest: a bit in each that is looked for, none in those before it.
    @inline(__always)
    private func first(from start: Int, _ marks: (UInt64) -> UInt64) -> Int {
        var place = start
        while place + 8 <= count {
            let found = marks(word(at: place).byteSwapped)
            if found != 0 { return place + found.trailingZeroBitCount >> 3 }
            place += 8
        }
        guard place < count else { return count }
        // What is behind the end may be marked.
        return Swift.min(place + marks(lastWord(from: place)).trailingZeroBitCount >> 3, count)
    }

    /// The last bytes, less than eight, the first lowest.
    @inlinable @inline(__always)
    func lastWord(from place: Int) -> UInt64 {
        if count >= 8 { return word(at: count - 8).byteSwapped >> UInt64(8 * (8 - (count - place))) }
        // Two pieces that may overlap.
        let length = count - place
        if length >= 4 { return half(at: place) | half(at: count - 4) << UInt64(8 * (length - 4)) }
        if length >= 2 { return quarter(at: place) | quarter(at: count - 2) << UInt64(8 * (length - 2)) }
        return UInt64(self[place])
    }

    @inlinable @inline(__always)
    func half(at place: Int) -> UInt64 {
        let piece = extracting(place..<place + 4)
        return UInt64(piece[0]) | UInt64(piece[1]) << 8 | UInt64(piece[2]) << 16 | UInt64(piece[3]) << 24
    }

    @inlinable @inline(__always)
    func quarter(at place: Int) -> UInt64 { UInt64(self[place]) | UInt64(self[place + 1]) << 8 }
}

extension UInt64 {
    /// The highest bit of the lowest byte that is the one; higher bytes may be marked too without being it.
    @inline(__always)
    fileprivate func marks(of byte: UInt8) -> UInt64 {
        let differences = self ^ (0x0101_0101_0101_0101 &* UInt64(byte))
        return (differences &- 0x0101_0101_0101_0101) & ~differences & 0x8080_8080_8080_8080
    }
}
