internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records
internal import Wire

/// A reduce attempt of a streaming job: fetches its partition of every map's output, merges, and feeds the reducer.
final class ReduceAttempt: RunningAttempt {
    let context: AttemptContext
    private let partition: Int
    private let output: TextOutput
    private let shuffle: ShuffleClient
    private var records: RecordLines?
    private var lines = LineDecoder()

    init(_ context: AttemptContext, partition: Int, mapCount: Int) throws {
        self.context = context
        self.partition = partition
        output = try TextOutput(context)
        shuffle = try ShuffleClient(context, partition: partition, mapCount: mapCount)
    }

    func start() throws {
        try context.linkFiles()
        shuffle.onDone = { [unowned self] segments in reduce(segments) }
        shuffle.start()
    }

    func locate(_ locations: [MapOutputLocation]) { shuffle.locate(locations) }

    private func reduce(_ segments: [FileReader]) {
        context.fraction = 500
        let records = RecordLines([Merger(segments)])
        self.records = records
        let child = StreamingChild(
            context.task.job.program.reducer, feed: { [self] in try nextLines() }, onOutput: { [self] in try take($0) },
            onError: { [self] in context.takeStandardError($0) }, onEnd: { [self] in reducerEnded($0) }
        )
        do {
            try child.start(context, environment: context.environment([]))
        } catch {
            context.fail("\(error)")
        }
    }

    private func nextLines() throws -> [UInt8]? {
        context.noteProgress()
        return try records?.next()
    }

    private func take(_ bytes: Span<UInt8>) throws {
        context.noteProgress()
        try lines.decode(bytes) { line in try output.add(line) }
    }

    private func reducerEnded(_ outcome: StreamingChild.Outcome) {
        if let failure = outcome.failure(of: "reducer", context.task.job.program.reducer) {
            return context.fail(failure.reason, exitStatus: failure.exitStatus)
        }
        do {
            try lines.finish { line in try output.add(line) }
            try output.finish("")
            context.count("REDUCE_INPUT_RECORDS", records?.recordCount ?? 0)
            context.count("REDUCE_INPUT_GROUPS", records?.groupCount ?? 0)
            context.count("REDUCE_OUTPUT_RECORDS", output.recordCount)
            context.count("REDUCE_SHUFFLE_BYTES", shuffle.byteCount)
            context.succeed()
        } catch {
            context.fail("\(error)")
        }
    }
}
