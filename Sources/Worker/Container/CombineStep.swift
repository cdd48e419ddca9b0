internal import ClusterModel
internal import FileSystems
internal import Records
internal import Wire

/// Runs the combiner over a map attempt's sorted output. It may write whatever keys it likes: what it writes is
/// partitioned and sorted again.
final class CombineStep {
    private let context: AttemptContext
    private let environment: [String]
    private let records: RecordLines
    private let collector: MapOutputCollector
    private var lines = LineDecoder()

    init(_ context: AttemptContext, sorted: String, environment: [String]) throws {
        self.context = context
        self.environment = environment
        let index = try MapOutputIndex(sorted)
        let whole = try FileReader(sorted)
        // Keys of different partitions differ, so one child can take the partitions one after another.
        records = RecordLines(
            (0..<index.partitionCount).map { partition in
                let range = index.range(of: partition)
                return Merger([whole.section(offset: range.lowerBound, count: range.count)])
            })
        collector = MapOutputCollector(context, suffix: "combined-")
    }

    func start() throws {
        let child = StreamingChild(
            context.task.job.program.combiner, feed: { [self] in try nextLines() },
            onOutput: { [self] in try take($0) },
            onError: { [self] in context.takeStandardError($0) }, onEnd: { [self] in ended($0) }
        )
        try child.start(context, environment: environment)
    }

    private func nextLines() throws -> [UInt8]? {
        context.noteProgress()
        return try records.next()
    }

    private func take(_ bytes: Span<UInt8>) throws {
        context.noteProgress()
        try lines.decode(bytes) { line in try collector.add(line) }
    }

    private func ended(_ outcome: StreamingChild.Outcome) {
        if let failure = outcome.failure(of: "combiner", context.task.job.program.combiner) {
            return context.fail(failure.reason, exitStatus: failure.exitStatus)
        }
        do {
            try lines.finish { line in try collector.add(line) }
            context.count("COMBINE_INPUT_RECORDS", records.recordCount)
            context.count("COMBINE_OUTPUT_RECORDS", collector.recordCount)
            try collector.finish(context.task.mapOutputPath)
            context.succeed()
        } catch {
            context.fail("\(error)")
        }
    }
}

/// Sorted records as a streaming program reads them: KEY TAB VALUE and a line end.
final class RecordLines {
    private static let chunk = 64 << 10

    private var mergers: [Merger<FileReader>]
    private var lastKey: [UInt8]?
    private(set) var recordCount = 0
    /// Different keys so far.
    private(set) var groupCount = 0

    /// - Parameter mergers: Read one after another.
    init(_ mergers: [Merger<FileReader>]) { self.mergers = mergers }

    /// Nil at the end.
    func next() throws -> [UInt8]? {
        var output: [UInt8] = []
        while output.count < Self.chunk, !mergers.isEmpty {
            guard try mergers[0].next() else {
                mergers.removeFirst()
                continue
            }
            mergers[0].withRecord { key, value in append(key, value, to: &output) }
        }
        return output.isEmpty ? nil : output
    }

    private func append(_ key: Span<UInt8>, _ value: Span<UInt8>, to output: inout [UInt8]) {
        recordCount += 1
        let start = output.count
        output.append(key)
        if lastKey.map({ $0[...] != output[start...] }) ?? true {
            groupCount += 1
            lastKey = Array(output[start...])
        }
        output.append(KeyValue.separator)
        output.append(value)
        output.append(UInt8(ascii: "\n"))
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { room in
            for index in bytes.indices { room.append(bytes[index]) }
        }
    }
}
