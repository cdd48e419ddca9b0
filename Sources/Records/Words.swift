extension Span<UInt8> {
    /// Eight bytes as a number that sorts as they do, the first byte highest.
    ///
    /// The compiler makes one load of it: the piece's length is known, so that one check of bounds is left.
    @inlinable @inline(__always)
    func word(at offset: Int) -> UInt64 {
        let piece = extracting(offset..<offset + 8)
        let high =
            UInt64(piece[0]) << 56 | UInt64(piece[1]) << 48 | UInt64(piece[2]) << 40 | UInt64(piece[3]) << 32
        let low = UInt64(piece[4]) << 24 | UInt64(piece[5]) << 16 | UInt64(piece[6]) << 8 | UInt64(piece[7])
        return high | low
    }
}
