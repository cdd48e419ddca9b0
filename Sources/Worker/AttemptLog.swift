internal import ClusterModel
internal import FileSystems
internal import Wire

/// What is kept of an attempt's standard error: its beginning and its end, however long it was.
///
/// The beginning goes to the file as it comes; the end is kept in memory and written last.
final class AttemptLog {
    static let headLimit = 1 << 20
    static let tailLimit = 64 << 10

    private let path: String
    private var file: FileWriter?
    private var tail: [UInt8] = []
    /// Bytes that are in neither part.
    private var dropped = 0
    /// The last bytes, for the failure that they may explain.
    private var last: [UInt8] = []

    init(_ path: String) { self.path = path }

    func append(_ bytes: [UInt8]) throws(FileSystemError) {
        remember(bytes)
        let file = try openFile()
        guard file.byteCount < Self.headLimit else { return appendToTail(bytes) }
        try file.write(bytes.span)
        // Whoever asks for the log of a running attempt finds it.
        try file.flush()
    }

    func close() throws(FileSystemError) {
        guard let file else { return }
        if dropped > 0 {
            let note = Array("\n[martlet: \(dropped) bytes are not kept]\n".utf8)
            try file.write(note.span)
        }
        let end = tail
        try file.write(end.span)
        try file.close()
        self.file = nil
    }

    /// The last lines, as a failure shows them.
    var lastLines: String { Self.text(last) }

    private func openFile() throws(FileSystemError) -> FileWriter {
        if let file { return file }
        // Most jobs say nothing, and need none.
        if let end = path.lastIndex(of: "/") { try LocalFileSystem.makeFolder(String(path[..<end])) }
        let made = try FileWriter(path)
        file = made
        return made
    }

    private func appendToTail(_ bytes: [UInt8]) {
        tail += bytes
        guard tail.count > 2 * Self.tailLimit else { return }
        dropped += tail.count - Self.tailLimit
        tail.removeFirst(tail.count - Self.tailLimit)
    }

    private func remember(_ bytes: [UInt8]) {
        last += bytes[max(0, bytes.count - AttemptFailure.standardErrorLimit)...]
        if last.count > 2 * AttemptFailure.standardErrorLimit {
            last.removeFirst(last.count - AttemptFailure.standardErrorLimit)
        }
    }

    // MARK: - Reading

    /// What a client is shown.
    static func excerpt(_ path: String) -> LogExcerpt {
        do {
            guard try LocalFileSystem.exists(path) else { return LogExcerpt() }
            var excerpt = LogExcerpt()
            excerpt.bytes = try FileReader.readAll(path, limit: LogExcerpt.byteLimit)
            return excerpt
        } catch {
            return LogExcerpt(problem: "\(error)")
        }
    }

    /// For an attempt whose container can no longer tell. Short, so that it may be read on the control loop.
    static func lastLines(_ path: String) -> String {
        do {
            guard let status = try LocalFileSystem.status(path) else { return "" }
            let reader = try FileReader(path, offset: max(0, status.length - AttemptFailure.standardErrorLimit))
            var bytes: [UInt8] = []
            _ = try reader.read(into: &bytes, limit: AttemptFailure.standardErrorLimit)
            return text(bytes)
        } catch {
            return "(its log cannot be read: \(error))"
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let lines = bytes.suffix(AttemptFailure.standardErrorLimit)
        return String(decoding: lines, as: UTF8.self)
    }
}
