internal import ClusterModel
internal import MapReduce
internal import Records
internal import Wire

/// Output that nobody keeps (Hadoop's NullOutputFormat), or that there is none of.
final class NullOutput: RecordSink {
    private(set) var recordCount = 0
    private(set) var byteCount = 0

    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws {
        recordCount += 1
        byteCount += key.count + value.count
    }

    func finish(_ path: String) throws {}
}

extension AttemptContext {
    /// Where the attempt's part of the job's output goes.
    func makeOutput(_ rules: RecordRules) throws -> any RecordSink {
        guard task.job.hasParts, !task.job.output.isEmpty else { return NullOutput() }
        guard task.job.program.outputFiles == .text else { return try SequenceFileOutput(self) }
        let output = try TextOutput(self, rules)
        return task.job.program.format.namedOutputs.isEmpty ? output : NamedOutputs(self, rules, output)
    }
}
