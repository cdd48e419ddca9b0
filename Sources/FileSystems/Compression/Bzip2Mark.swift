internal import Records

/// What begins a block of a bzip2 file, or its stream's end: 48 bits, anywhere in a byte.
enum Bzip2Mark: UInt64, CaseIterable {
    /// The digits of pi.
    case block = 0x3141_5926_5359
    /// Those of its root. The stream's checksum follows, and bits that make a whole byte.
    case end = 0x1772_4538_5090

    static let bitCount = 48

    /// The first place from `start` on, and before `end`, at which a block may begin; the same bits may stand in the midst of
    /// a block. Places are bits of the file.
    static func firstBlock(in file: FileReader, from start: Int, before end: Int) throws -> Int? {
        let source = file.section(offset: start / 8, count: .max)
        var place = start / 8 * 8
        var window: UInt64 = 0
        var piece: [UInt8] = []
        while place - bitCount < end, try source.read(into: &piece, limit: 64 << 10) > 0 {
            for index in piece.indices {
                window = window << 8 | UInt64(piece[index])
                place += 8
                if let found = find(in: window, upTo: place), found >= start { return found < end ? found : nil }
            }
            piece.removeAll(keepingCapacity: true)
        }
        return nil
    }

    /// Looks at the eight places at which the mark would end with the last bits of the window, the first of them first.
    private static func find(in window: UInt64, upTo place: Int) -> Int? {
        for rest in (0..<8).reversed() where window >> UInt64(rest) & mask == block.rawValue {
            return place - rest - bitCount
        }
        return nil
    }

    private static let mask: UInt64 = 1 << 48 - 1

    /// The mark that the bytes have behind their first bits; nil when there is none, or there are too few.
    ///
    /// - Parameter bytes: Eight at most.
    init?(_ bytes: some Collection<UInt8>, behind bits: Int) {
        let rest = 8 * bytes.count - bits - Self.bitCount
        guard rest >= 0 else { return nil }
        let window = bytes.reduce(0) { $0 << 8 | UInt64($1) }
        self.init(rawValue: window >> UInt64(rest) & Self.mask)
    }
}
