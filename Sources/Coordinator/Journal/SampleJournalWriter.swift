internal import FileSystems
public import Wire

/// Writes the journal of a made-up cluster into an empty folder, entry by entry, so that a long one need not be in memory.
public struct SampleJournalWriter {
    private let folder: JournalFolder
    private let segmentSize: Int
    private let frameLength: Int
    private var file: SyncedFile?
    /// Of the next frame, behind their lengths.
    private var entries: [UInt8] = []
    /// The number of the first change in them.
    private var first = 1
    private var closedLength = 0

    /// - Parameters:
    ///   - segmentSize: Bytes after which a new segment is begun.
    ///   - frameLength: Bytes that are written and synced at once; a coordinator under load has about so many waiting at each
    ///     sync.
    public init(_ path: String, segmentSize: Int = 64 << 20, frameLength: Int = 16 << 10) throws {
        folder = JournalFolder(path: path)
        (self.segmentSize, self.frameLength) = (segmentSize, frameLength)
        try LocalFileSystem.makeFolder(path)
    }

    /// Bytes that are in the folder.
    public var length: Int { closedLength + (file?.length ?? 0) }

    public mutating func append(_ entry: JournalEntry) throws {
        if entries.isEmpty { first = entry.sequence }
        JournalFormat.append(entry, to: &entries)
        if entries.count >= frameLength { try flush() }
    }

    /// Writes what is left.
    public mutating func flush() throws {
        guard !entries.isEmpty else { return }
        let file = try openFile()
        let frame = JournalFormat.frameHead(entries.span) + entries
        try file.append(frame.span)
        entries.removeAll(keepingCapacity: true)
    }

    private mutating func openFile() throws -> SyncedFile {
        if let file, file.length < segmentSize { return file }
        closedLength = length
        let next = try SyncedFile(folder.segment(first), keeping: 0)
        try next.append(JournalFormat.header(firstSequence: first).span)
        file = next
        return next
    }

    /// Makes a snapshot of all segments but the last, as a coordinator does that begins the last.
    public func makeSnapshot() throws {
        guard let open = try folder.segments().last else { return }
        try SnapshotMaker(folder).make(upTo: open.sequence)
    }
}
