internal import ClusterModel
internal import MapReduce
internal import Records
internal import Wire

/// A reduce attempt of a streaming job: fetches its partition of every map's output, merges, and feeds the reducer.
final class ReduceAttempt: RunningAttempt {
    let context: AttemptContext
    private let rules: RecordRules
    private let output: any RecordSink
    private let shuffle: ShuffleClient

    init(_ context: AttemptContext, partition: Int, mapCount: Int) throws {
        self.context = context
        rules = try context.task.rules
        output = try context.makeOutput(rules)
        shuffle = try ShuffleClient(context, partition: partition, mapCount: mapCount)
    }

    func start() throws {
        context.phases.enter(.shuffle)
        try context.linkFiles()
        shuffle.onDone = { [unowned self] segments in reduce(segments) }
        shuffle.start()
    }

    func locate(_ locations: [MapOutputLocation]) { shuffle.locate(locations) }

    func cut(_ direction: CutDirection?) { shuffle.cut(direction) }

    private func reduce(_ segments: [Segment]) {
        context.reportShuffleFinished()
        context.phases.enter(.reduce)
        context.fraction = 500
        let records = RecordLines([segments], rules, context.phases)
        records.onRead = { [unowned self] in noteProgress() }
        let step = StreamingStep(
            context, .reducer, command: context.task.job.program.reducer, input: records, fields: rules.reduceOutput,
            sink: output, onDone: { [self] in try reducerSucceeded(records) }
        )
        do {
            try step.start()
        } catch {
            context.fail("\(error)")
        }
    }

    /// The first half of a reduce attempt is fetching.
    private func noteProgress() {
        context.fraction = min(1000, 500 + 500 * shuffle.progress.byteCount / max(1, shuffle.byteCount))
    }

    private func reducerSucceeded(_ records: RecordLines) throws {
        try output.finish("")
        context.count("REDUCE_INPUT_RECORDS", records.recordCount)
        context.count("REDUCE_INPUT_GROUPS", records.groupCount)
        context.count("REDUCE_OUTPUT_RECORDS", output.recordCount)
        context.count("REDUCE_SHUFFLE_BYTES", shuffle.byteCount)
        context.count("MERGED_MAP_OUTPUTS", shuffle.mapCount)
        context.succeed()
    }
}
