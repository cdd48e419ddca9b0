internal import ClusterModel
internal import FileSystems
internal import Records
internal import Wire

/// An attempt's part of the job's output: lines KEY TAB VALUE, as Hadoop's TextOutputFormat writes them, below the job's
/// temporary folder. Nobody sees it there until the job is committed.
final class TextOutput: RecordSink {
    private let file: OutputFile
    private(set) var recordCount = 0
    /// Before they are compressed.
    var byteCount: Int { file.byteCount }

    init(_ context: AttemptContext) throws {
        let folder = try OutputFolder(context.task.job)
        let attempt = folder.attempt(context.task.attempt)
        try LocalFileSystem.makeFolder(attempt)
        let part = folder.part(context.task.attempt.task.index)
        file = try OutputFile(
            "\(attempt)/\(part)", compression: context.task.job.program.outputCompression, context.allowance)
    }

    /// A line without a TAB is a key with an empty value, and is written as one: Hadoop ends such a line with a TAB.
    func add(_ line: Span<UInt8>) throws {
        try file.write(line)
        let end = KeyValue.keyEnd(of: line) == line.count ? Self.emptyValueEnd : Self.lineEnd
        try file.write(end.span)
        recordCount += 1
    }

    private static let lineEnd = [UInt8(ascii: "\n")]
    private static let emptyValueEnd = [KeyValue.separator, UInt8(ascii: "\n")]

    func finish(_ path: String) throws { try file.close() }
}
