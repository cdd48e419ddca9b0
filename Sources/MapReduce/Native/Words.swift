/// A word in a span of bytes.
@frozen
public struct Word {
    public let start: Int
    public let end: Int
    /// The word as a key; nil when it is too long for one.
    public let key: ShortKey?

    @inlinable @inline(__always)
    init(start: Int, end: Int, key: ShortKey?) { (self.start, self.end, self.key) = (start, end, key) }
}

extension Span<UInt8> {
    /// Gives each run of bytes above a blank (0x20): words, as `wc -w` counts them in plain text.
    ///
    /// Eight bytes are looked at together: what stands in a word's first eight is its key as well as its end.
    @inlinable @inline(__always)
    public func forEachWord(_ body: (Word) throws -> Void) rethrows {
        var place = 0
        while place < count {
            let first = littleEndianWord(at: place)
            let firstEnd = Self.blanks(first)
            if firstEnd != 0 {
                let bits = UInt64(firstEnd.trailingZeroBitCount & 0x38)
                let length = Int(bits >> 3)
                if length > 0 {
                    let key = ShortKey(high: Self.leading(first, bits), low: UInt64(length + 1))
                    try body(Word(start: place, end: place + length, key: key))
                }
                place += length + 1
                continue
            }
            let second = littleEndianWord(at: place + 8)
            let secondEnd = Self.blanks(second)
            if secondEnd != 0 {
                let bits = UInt64(secondEnd.trailingZeroBitCount & 0x38)
                let end = place + 8 + Int(bits >> 3)
                let low = Self.leading(second, bits) | UInt64(end - place + 1)
                try body(Word(start: place, end: end, key: ShortKey(high: first.byteSwapped, low: low)))
                place = end + 1
                continue
            }
            let end = wordEnd(from: place + 16)
            try body(Word(start: place, end: end, key: nil))
            place = end + 1
        }
    }

    @inlinable
    func wordEnd(from start: Int) -> Int {
        var end = start
        while end < count, self[end] > 0x20 { end += 1 }
        return Swift.min(end, count)
    }

    /// The highest bit of each byte that is no part of a word.
    @inlinable @inline(__always)
    static func blanks(_ word: UInt64) -> UInt64 {
        ~(((word & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x5f5f_5f5f_5f5f_5f5f) | word) & 0x8080_8080_8080_8080
    }

    /// The lowest bits, fewer than 64 and whole bytes, as a key has them.
    @inlinable @inline(__always)
    static func leading(_ word: UInt64, _ bits: UInt64) -> UInt64 {
        (word & ((1 << bits) &- 1)).byteSwapped
    }
}
