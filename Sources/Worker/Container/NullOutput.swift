internal import Wire

/// Output that nobody keeps (Hadoop's NullOutputFormat).
final class NullOutput: RecordSink {
    private(set) var recordCount = 0
    private(set) var byteCount = 0

    func add(_ line: Span<UInt8>) throws {
        recordCount += 1
        byteCount += line.count
    }

    func finish(_ path: String) throws {}
}

extension AttemptContext {
    /// Where the attempt's part of the job's output goes.
    func makeOutput() throws -> any RecordSink { try task.job.output.isEmpty ? NullOutput() : TextOutput(self) }
}
