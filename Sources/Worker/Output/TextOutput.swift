internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records
internal import Wire

/// An attempt's part of the job's output: lines KEY TAB VALUE, as Hadoop's TextOutputFormat writes them, below the job's
/// temporary folder. Nobody sees it there until the job is committed.
final class TextOutput: RecordSink {
    /// Bytes that are gathered before the file is given them.
    private static let chunk = 256 << 10

    private let file: OutputFile
    private let phases: PhaseClock
    private let separator: [UInt8]
    private let lineEnd: [UInt8]
    /// Records are written as they are.
    private let isRaw: Bool
    private var lines: [UInt8] = []
    private(set) var recordCount = 0
    /// Before they are compressed.
    var byteCount: Int { file.byteCount + lines.count }

    /// - Parameter name: Of a further output; nil for the job's own.
    init(_ context: AttemptContext, _ rules: RecordRules, name: String? = nil) throws {
        let folder = try OutputFolder(context.task.job)
        let attempt = folder.attempt(context.task.attempt)
        try LocalFileSystem.makeFolder(attempt)
        let task = context.task.attempt.task
        let part = name.map { folder.file(of: $0, task) } ?? folder.part(task.index)
        file = try OutputFile(
            "\(attempt)/\(part)", compression: context.task.job.program.outputCompression, context.allowance)
        phases = context.phases
        separator = rules.outputSeparator
        lineEnd = rules.outputLineEnd
        isRaw = separator.isEmpty && lineEnd.isEmpty
    }

    /// An empty value is written as one: behind its key and a TAB. A record without key or value has no TAB.
    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws {
        recordCount += 1
        if parts.isEmpty { return }
        // Out of here and back: in a class, each look at it would be checked for another at the same time.
        var lines: [UInt8] = []
        swap(&lines, &self.lines)
        lines.append(key)
        if parts == .both { lines.append(contentsOf: separator) }
        lines.append(value)
        lines.append(contentsOf: lineEnd)
        let isFull = lines.count >= Self.chunk
        swap(&lines, &self.lines)
        if isFull { try flush() }
    }

    func add(record: Span<UInt8>, keyLength: Int) throws {
        guard isRaw else {
            return try add(record.extracting(0..<keyLength), record.extracting(keyLength..<record.count), .both)
        }
        recordCount += 1
        lines.append(record)
        if lines.count >= Self.chunk { try flush() }
    }

    func finish(_ path: String) throws {
        try flush()
        try phases.during(.write) { try file.close() }
    }

    private func flush() throws {
        // Out of here and back, so that its memory is used again.
        var bytes: [UInt8] = []
        swap(&bytes, &lines)
        try phases.during(.write) { try file.write(bytes.span) }
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &lines)
    }
}
