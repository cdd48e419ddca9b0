internal import ClusterModel
internal import FileSystems
internal import Wire

/// A map attempt of a streaming job: lines of the split to the mapper, what it writes to the reducers' partitions, or to
/// the output folder when there are no reducers.
final class MapAttempt: RunningAttempt {
    let context: AttemptContext
    private let input: SplitInput
    private let sink: any RecordSink
    /// What the programs are told of the split.
    private let environment: [(name: String, value: String)]

    init(_ context: AttemptContext, uri: String, offset: Int, length: Int, more: [String]) throws {
        self.context = context
        input = try SplitInput(uri, offset: offset, length: length, more: more, context.task.job.program)
        sink = context.task.job.reduceCount == 0 ? try TextOutput(context) : MapOutputCollector(context, suffix: "")
        environment = [
            ("mapreduce.map.input.file", uri), ("mapreduce.map.input.start", "\(offset)"),
            ("mapreduce.map.input.length", "\(input.fileLength)"),
        ]
    }

    func start() throws {
        try context.linkFiles()
        let step = StreamingStep(
            context, role: "mapper", command: context.task.job.program.mapper, feed: { [self] in try nextLines() },
            sink: sink, onDone: { [self] in try mapperSucceeded() }
        )
        try step.start(environment)
    }

    private func nextLines() throws -> [UInt8]? {
        context.fraction = input.fraction
        return try input.next()
    }

    private func mapperSucceeded() throws {
        context.count("MAP_INPUT_RECORDS", input.lineCount)
        context.count("MAP_OUTPUT_RECORDS", sink.recordCount)
        context.count("MAP_OUTPUT_BYTES", sink.byteCount)
        if let collector = sink as? MapOutputCollector, !context.task.job.program.combiner.isEmpty {
            try combine(collector)
        } else {
            try sink.finish(context.task.mapOutputPath)
            context.succeed()
        }
    }

    /// The combiner may write whatever keys it likes: what it writes is partitioned and sorted again.
    private func combine(_ collector: MapOutputCollector) throws {
        let sorted = "\(context.task.folder)/.map-output"
        try collector.finish(sorted)
        let records = try RecordLines(mapOutput: sorted)
        let combined = MapOutputCollector(context, suffix: "combined-")
        let step = StreamingStep(
            context, role: "combiner", command: context.task.job.program.combiner, feed: { try records.next() },
            sink: combined,
            onDone: { [self] in
                context.count("COMBINE_INPUT_RECORDS", records.recordCount)
                context.count("COMBINE_OUTPUT_RECORDS", combined.recordCount)
                try combined.finish(context.task.mapOutputPath)
                context.succeed()
            }
        )
        try step.start(environment)
    }
}
