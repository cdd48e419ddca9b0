/// What a segment's bytes come to.
public enum JournalScan {
    /// How the bytes end.
    public enum End: Hashable, Sendable {
        case whole
        /// A write that a crash cut short begins here: what is before it is whole.
        case torn(at: Int)
    }

    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case notAJournal
        case newerVersion(Int)
        /// Not what a crash leaves behind.
        case damaged(at: Int, String)

        public var description: String {
            switch self {
            case .notAJournal: "it is no journal of Martlet's"
            case .newerVersion(let version):
                "it is of version \(version), and this Martlet knows versions up to \(JournalFormat.version): use a newer one"
            case .damaged(let place, let what): "it is damaged at byte \(place): \(what)"
            }
        }
    }

    /// Gives each entry to the body, in order.
    ///
    /// - Parameters:
    ///   - isLast: Only the last segment may end in a torn write.
    ///   - first: The number of a change; entries that begin before it are passed over.
    public static func run(
        _ bytes: [UInt8], isLast: Bool, from first: Int = 0, _ body: (JournalEntry) throws(Problem) -> Void
    ) throws(Problem) -> End {
        if isLast, bytes.count < JournalFormat.headerLength { return .torn(at: 0) }
        _ = try firstSequence(bytes.span)
        var place = JournalFormat.headerLength
        while place < bytes.count {
            guard let end = try frameEnd(bytes.span, at: place, isLast: isLast) else { return .torn(at: place) }
            try readEntries(bytes, place + JournalFormat.frameHeadLength..<end, from: first, body)
            place = end
        }
        return .whole
    }

    /// The number of the first change of a segment.
    public static func firstSequence(_ bytes: Span<UInt8>) throws(Problem) -> Int {
        guard bytes.count >= JournalFormat.headerLength, JournalFormat.isMagic(bytes) else { throw .notAJournal }
        let version = Int(JournalFormat.number(bytes, at: 8, 4))
        guard (1...JournalFormat.version).contains(version) else { throw .newerVersion(version) }
        guard let sequence = Int(exactly: JournalFormat.number(bytes, at: 12, 8)) else { throw .notAJournal }
        return sequence
    }

    /// Nil when the frame was torn.
    private static func frameEnd(_ bytes: Span<UInt8>, at place: Int, isLast: Bool) throws(Problem) -> Int? {
        let start = place + JournalFormat.frameHeadLength
        guard start <= bytes.count else { return try torn(bytes, at: place, isLast, "a frame has no head") }
        let length = Int(JournalFormat.number(bytes, at: place, 4))
        guard length <= JournalFormat.frameLimit else {
            throw .damaged(at: place, "a frame of \(length) bytes is longer than any that was written")
        }
        guard length <= bytes.count - start else {
            return try torn(bytes, at: place, isLast, "a frame ends beyond the file")
        }
        let sum = UInt32(JournalFormat.number(bytes, at: place + 4, 4))
        guard length > 0, CRC32C.of(bytes.extracting(start..<start + length)) == sum else {
            // What a crash leaves in the room of a write that it cut short are zeros, in whichever sectors had not been
            // written: the first of them, with the length, may be among those. Anything else was once whole.
            guard hasEmptySector(bytes, from: place) else {
                let which = start + length == bytes.count ? "the last frame's" : "a frame's"
                throw .damaged(at: place, "\(which) checksum does not fit, and it was not cut short")
            }
            return try torn(bytes, at: place, isLast, "a frame's checksum does not fit")
        }
        return start + length
    }

    private static func torn(
        _ bytes: Span<UInt8>, at place: Int, _ isLast: Bool, _ what: String
    ) throws(Problem) -> Int? {
        guard isLast else { throw .damaged(at: place, what) }
        // A length that was flipped reaches beyond the file as well, but then whole frames lie behind it.
        if let whole = wholeFrame(bytes, after: place) {
            throw .damaged(at: place, "\(what), and a whole one follows at byte \(whole)")
        }
        return nil
    }

    private static let sector = 512

    private static func hasEmptySector(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        var place = start
        while place < bytes.count {
            // To the next sector's beginning in the file, or to its end.
            let end = min(bytes.count, (place / sector + 1) * sector)
            if (place..<end).allSatisfy({ bytes[$0] == 0 }) { return true }
            place = end
        }
        return false
    }

    /// Bytes in which a whole frame is looked for behind a broken one.
    private static let searchLimit = 1 << 20

    private static func wholeFrame(_ bytes: Span<UInt8>, after place: Int) -> Int? {
        var start = place + 1
        while start + JournalFormat.frameHeadLength < min(bytes.count, place + searchLimit) {
            let first = start + JournalFormat.frameHeadLength
            let length = Int(JournalFormat.number(bytes, at: start, 4))
            // The first entry's length is cheaper to look at than the checksum of what may be megabytes.
            if length > 4, length <= bytes.count - first, length <= JournalFormat.frameLimit,
                JournalFormat.number(bytes, at: first, 4) <= length - 4,
                CRC32C.of(bytes.extracting(first..<first + length))
                    == UInt32(JournalFormat.number(bytes, at: start + 4, 4))
            {
                return start
            }
            start += 1
        }
        return nil
    }

    private static func readEntries(
        _ bytes: [UInt8], _ range: Range<Int>, from first: Int, _ body: (JournalEntry) throws(Problem) -> Void
    ) throws(Problem) {
        var place = range.lowerBound
        while place < range.upperBound {
            guard place + 4 <= range.upperBound else { throw .damaged(at: place, "an entry has no length") }
            let length = Int(JournalFormat.number(bytes.span, at: place, 4))
            guard length <= range.upperBound - place - 4 else {
                throw .damaged(at: place, "an entry is longer than its frame")
            }
            if let entry = try readEntry(bytes, place + 4..<place + 4 + length, from: first) {
                try body(entry)
            }
            place += 4 + length
        }
    }

    private static func readEntry(
        _ bytes: [UInt8], _ range: Range<Int>, from first: Int
    ) throws(Problem) -> JournalEntry? {
        do throws(WireError) {
            if first > 0, try EntryNumber(decoding: bytes, range).sequence < first { return nil }
            return try JournalEntry(decoding: bytes, range)
        } catch {
            throw .damaged(at: range.lowerBound - 4, "an entry cannot be read: \(error)")
        }
    }

    /// What tells whether an entry is wanted; the rest of it is skipped.
    private struct EntryNumber: WireMessage {
        var sequence = 0

        mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) { try coder.field(1, &sequence) }
    }
}
