public import ClusterModel
internal import FileSystems
public import Wire

/// What is wrong with a journal: where, and what to do.
public struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

/// Reads the journal of a coordinator that is gone, from its first change to its last, or a piece of it. Where the first ones
/// are no longer kept, ``KeptHistory`` says what to begin with.
///
/// One segment at a time is in memory.
public struct JournalReader {
    /// Bytes of a segment: far above what the writer makes of one.
    static let segmentLimit = 1 << 30

    /// Where the last segment was torn by a crash, if it was.
    public struct Tear: Hashable, Sendable, CustomStringConvertible {
        public let path: String
        /// Bytes of it that are whole.
        public let whole: Int
        /// Bytes behind them.
        public let lost: Int

        public var description: String {
            "\(path) ends in a write that was cut short: its last \(lost) bytes, which nobody had been told of, are dropped"
        }
    }

    private let folder: JournalFolder
    private let first: Int
    /// The number of the first change of a segment that is not closed yet, if somebody is writing one.
    private let open: Int?
    /// Asked before each segment: true ends the reading.
    public var isCancelled: () -> Bool = { false }
    public private(set) var tear: Tear?
    /// Of the last segment, so far as it is whole; nil without any.
    private(set) var end: (path: String, length: Int)?
    /// The number of the last change.
    public private(set) var last: Int

    public init(folder: String) { self.init(JournalFolder(path: folder)) }

    /// - Parameters:
    ///   - last: The number of the change behind which to begin; segments that end before it are not looked at.
    ///   - open: The number of the first change of the segment before which to end.
    init(_ folder: JournalFolder, after last: Int = 0, before open: Int? = nil) {
        (self.folder, self.open, self.last) = (folder, open, last)
        first = last + 1
    }

    /// Gives every change with its number and instant to the body, oldest first.
    ///
    /// - Throws: ``JournalError`` for damage, with file and place; a torn tail is none, and noted in ``tear``.
    public mutating func readNumbered(_ body: (RecordedChange) -> Void) throws {
        let first = first
        try readEntries { entry in
            for (place, change) in entry.changes.enumerated() where entry.sequence + place >= first {
                body(RecordedChange(sequence: entry.sequence + place, instant: entry.instant, change: change))
            }
        }
    }

    /// Gives every entry to the body, oldest first; the first may begin before what is wanted.
    ///
    /// - Throws: ``JournalError`` for damage, with file and place; a torn tail is none, and noted in ``tear``.
    public mutating func readEntries(_ body: (JournalEntry) -> Void) throws {
        var segments = try folder.segments().filter { $0.sequence < open ?? .max }
        // What is wanted begins in this one, or behind it.
        let start = segments.lastIndex { $0.sequence <= first } ?? 0
        segments.removeFirst(start)
        for (index, segment) in segments.enumerated() where !isCancelled() {
            try readSegment(segment, index, isLast: index == segments.count - 1 && open == nil, body)
        }
    }

    /// Gives every change with its instant to the body, oldest first.
    ///
    /// - Throws: ``JournalError`` for damage, with file and place; a torn tail is none, and noted in ``tear``.
    public mutating func read(_ body: (Change, Instant) -> Void) throws {
        try readNumbered { body($0.change, $0.instant) }
    }

    private mutating func readSegment(
        _ segment: JournalFolder.Piece, _ index: Int, isLast: Bool, _ body: (JournalEntry) -> Void
    ) throws {
        let bytes = try bytes(of: segment)
        // Of this segment, which may end before what is wanted.
        var last = index == 0 ? min(segment.sequence - 1, last) : last
        do throws(JournalScan.Problem) {
            if bytes.count >= JournalFormat.headerLength {
                let first = try JournalScan.firstSequence(bytes.span)
                guard first == last + 1 else {
                    throw JournalScan.Problem.damaged(
                        at: 12,
                        "it begins with change \(first), and the one before it ends with \(last): is a file missing?")
                }
            }
            let end = try JournalScan.run(bytes, isLast: isLast) { (entry) throws(JournalScan.Problem) in
                guard entry.sequence == last + 1 else {
                    throw .damaged(at: 0, "change \(entry.sequence) follows change \(last)")
                }
                if entry.last >= first || entry.changes.isEmpty { body(entry) }
                last = entry.last
            }
            noteEnd(end, of: segment.path, length: bytes.count)
        } catch {
            throw JournalError(description: "the journal cannot be read: \(segment.path): \(error)")
        }
        self.last = max(self.last, last)
        // Nothing can be appended to a segment that ends before what the snapshot has.
        if last < first - 1 { end = nil }
    }

    private func bytes(of segment: JournalFolder.Piece) throws -> [UInt8] {
        do {
            return try FileReader.readAll(segment.path, limit: Self.segmentLimit)
        } catch let error as FileSystemError where error.kind == .notFound {
            // Listed, and then removed by the coordinator whose journal it is.
            guard let base = try folder.base, segment.sequence <= base.sequence else { throw error }
            throw JournalError(
                description: "changes before \(base.sequence + 1) have been removed while they were read: the history "
                    + "begins there now; read it again")
        }
    }

    private mutating func noteEnd(_ end: JournalScan.End, of path: String, length: Int) {
        var whole = length
        if case .torn(let place) = end {
            whole = place
            tear = Tear(path: path, whole: place, lost: length - place)
        }
        self.end = (path, whole)
    }
}
