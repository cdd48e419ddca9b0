internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records
internal import Wire

/// A map attempt of a streaming job: lines of the split to the mapper, what it writes to the reducers' partitions, or to
/// the output folder when there are no reducers.
final class MapAttempt: RunningAttempt {
    let context: AttemptContext
    private let rules: RecordRules
    /// Nil when the mapper reads nothing.
    private let input: (any MapInput)?
    private let sink: any RecordSink
    /// What the programs are told of the split.
    private let environment: [(name: String, value: String)]

    init(_ context: AttemptContext, uri: String, offset: Int, length: Int, more: [String]) throws {
        self.context = context
        rules = try context.task.rules
        if context.task.job.program.mapsNothing {
            input = nil
        } else {
            let transform = try BuiltInStep(command: context.task.job.program.mapper)?.transform(.mapper, rules)
            let program = context.task.job.program
            input =
                switch program.inputFiles {
                case .text:
                    try TextInput(
                        uri, offset: offset, length: length, more: more, isAligned: program.splitsAreLines, rules,
                        transform, context.phases)
                case .sequence, .sequenceAsText:
                    try SequenceFileInput(
                        uri, offset: offset, length: length, asText: program.inputFiles == .sequenceAsText, rules,
                        context.phases)
                }
        }
        sink =
            context.task.job.reduceCount > 0
            ? MapOutputCollector.make(context, rules) : try context.makeOutput(rules)
        environment = [
            ("mapreduce.map.input.file", uri), ("mapreduce.map.input.start", "\(offset)"),
            ("mapreduce.map.input.length", "\(input?.fileLength ?? length)"),
        ]
    }

    func start() throws {
        context.phases.enter(.map)
        if let input {
            input.onRead = { [context, unowned input] in context.fraction = input.fraction }
            try context.linkFiles()
        }
        let step = StreamingStep(
            context, .mapper, command: context.task.job.program.mapper, input: input ?? NoInput(),
            fields: rules.mapOutput,
            sink: sink,
            onDone: { [self] in try mapperSucceeded() }
        )
        try step.start(environment)
    }

    private func mapperSucceeded() throws {
        context.count("MAP_INPUT_RECORDS", input?.recordCount ?? 0)
        context.count("MAP_OUTPUT_RECORDS", sink.recordCount)
        context.count("MAP_OUTPUT_BYTES", sink.byteCount)
        let program = context.task.job.program
        if let collector = sink as? MapOutputCollector, !program.combiner.isEmpty,
            program.keyKeepingCombiner(rules) == nil
        {
            try combine(collector)
        } else {
            if context.task.job.reduceCount > 0 { try context.leaveMapOutput(sink.finish) } else { try sink.finish("") }
            context.succeed()
        }
    }

    /// Any other combiner runs once, over the sorted output: a program takes long to start. It may write whatever keys it
    /// likes: what it writes is partitioned and sorted again.
    private func combine(_ collector: MapOutputCollector) throws {
        let sorted = "\(try context.makeFolder())/.map-output"
        try collector.finish(sorted)
        let records = try RecordLines(mapOutput: sorted, rules, context.phases)
        let combined = MapOutputCollector(context, rules)
        let step = StreamingStep(
            context, .combiner, command: context.task.job.program.combiner, input: records, fields: rules.reduceOutput,
            sink: combined,
            onDone: { [self] in
                context.count("COMBINE_INPUT_RECORDS", records.recordCount)
                context.count("COMBINE_OUTPUT_RECORDS", combined.recordCount)
                try context.leaveMapOutput(combined.finish)
                context.succeed()
            }
        )
        try step.start(environment)
    }
}

extension StreamingProgram {
    /// Its mapper reads nothing and writes nothing.
    var mapsNothing: Bool { BuiltInStep(command: mapper) == BuiltInStep.none }

    /// The combiner that runs while records are written: one that is built in and keeps keys.
    func keyKeepingCombiner(_ rules: RecordRules) -> (@Sendable () -> any RecordTransform)? {
        guard let step = BuiltInStep(command: combiner), let one = try? step.transform(.combiner, rules), one.keepsKeys
        else { return nil }
        return { (try? step.transform(.combiner, rules)) ?? IdentityTransform() }
    }
}

extension JobProgram {
    /// False when its tasks write no parts of the output, not even empty ones.
    var hasParts: Bool { reduceCount > 0 || !program.mapsNothing }
}
