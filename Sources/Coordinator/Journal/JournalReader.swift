public import ClusterModel
internal import FileSystems
internal import Wire

/// What is wrong with a journal: where, and what to do.
public struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

/// Reads the journal of a coordinator that is gone, from its first change to its last.
public struct JournalReader {
    /// Bytes of a segment: far above what the writer makes of one.
    private static let segmentLimit = 1 << 30

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
    public private(set) var tear: Tear?
    /// Of the last segment, so far as it is whole; nil without any.
    private(set) var end: (path: String, length: Int)?
    /// The number of the last change.
    public private(set) var last = 0

    public init(folder: String) { self.folder = JournalFolder(path: folder) }

    init(_ folder: JournalFolder) { self.folder = folder }

    /// Gives every change with its instant to the body, oldest first.
    ///
    /// - Throws: ``JournalError`` for damage, with file and place; a torn tail is none, and noted in ``tear``.
    public mutating func read(_ body: (Change, Instant) -> Void) throws {
        let segments = try folder.segments()
        for (index, path) in segments.enumerated() {
            try readSegment(path, isLast: index == segments.count - 1, body)
        }
    }

    private mutating func readSegment(
        _ path: String, isLast: Bool, _ body: (Change, Instant) -> Void
    ) throws {
        let bytes = try FileReader.readAll(path, limit: Self.segmentLimit)
        var last = last
        do throws(JournalScan.Problem) {
            if bytes.count >= JournalFormat.headerLength {
                let first = try JournalScan.firstSequence(bytes.span)
                guard first == last + 1 else {
                    throw JournalScan.Problem.damaged(
                        at: 12,
                        "it begins with change \(first), and the one before it ends with \(last): is a file missing?")
                }
            }
            let end = try JournalScan.run(bytes.span, isLast: isLast) { (entry) throws(JournalScan.Problem) in
                guard entry.sequence == last + 1 else {
                    throw .damaged(at: 0, "change \(entry.sequence) follows change \(last)")
                }
                for change in entry.changes { body(change, entry.instant) }
                last = entry.last
            }
            var whole = bytes.count
            if case .torn(let place) = end {
                whole = place
                tear = Tear(path: path, whole: place, lost: bytes.count - place)
            }
            self.end = (path, whole)
        } catch {
            throw JournalError(description: "the journal cannot be read: \(path): \(error)")
        }
        self.last = last
    }
}
