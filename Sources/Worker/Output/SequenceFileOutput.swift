internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records
internal import Wire

/// An attempt's part of the job's output as a SequenceFile of texts (Hadoop's SequenceFileOutputFormat, as streaming uses it).
final class SequenceFileOutput: RecordSink {
    private let file: SequenceFileWriter
    private let phases: PhaseClock
    private var key: [UInt8] = []
    private var value: [UInt8] = []

    private(set) var recordCount = 0
    private(set) var byteCount = 0

    init(_ context: AttemptContext) throws {
        let folder = try OutputFolder(context.task.job)
        let program = context.task.job.program
        let attempt = folder.attempt(context.task.attempt)
        try LocalFileSystem.makeFolder(attempt)
        let path = "\(attempt)/\(folder.part(context.task.attempt.task.index))"
        let compression: SequenceFileHeader.Compression =
            program.outputCompression.isEmpty ? .none : program.outputFiles == .sequenceOfBlocks ? .block : .record
        guard
            let format = program.outputCompression.isEmpty
                ? .deflate : CompressionFormat(rawValue: program.outputCompression)
        else {
            throw FileSystemError(.invalid, "\(path): there is no codec '\(program.outputCompression)' on this node")
        }
        file = try SequenceFileWriter(
            path, key: .text, value: .text, compression, format, allowance: context.allowance)
        phases = context.phases
    }

    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws {
        recordCount += 1
        if parts.isEmpty { return }
        byteCount += key.count + value.count
        self.key.removeAll(keepingCapacity: true)
        self.value.removeAll(keepingCapacity: true)
        _ = Writable.text.append(key, to: &self.key)
        _ = Writable.text.append(value, to: &self.value)
        let (key, value) = (self.key, self.value)
        try file.append(key.span, value.span)
    }

    func finish(_ path: String) throws { try phases.during(.write) { try file.close() } }
}
