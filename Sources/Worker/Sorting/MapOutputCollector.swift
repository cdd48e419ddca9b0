internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records
internal import Wire

/// Takes a mapper's records, counts them and has them sorted into a file.
final class MapOutputCollector: RecordSink {
    private let context: AttemptContext
    private let buffer: MapOutputBuffer
    private let hasCombiner: Bool
    private(set) var recordCount = 0
    private(set) var byteCount = 0

    /// - Parameters:
    ///   - combiner: One that keeps keys; see ``SortRules/combiner``.
    ///   - share: Of the job's memory for sorting, the part: 2 is half of it.
    init(
        _ context: AttemptContext, _ rules: RecordRules, combiner: (@Sendable () -> any RecordTransform)? = nil,
        share: Int = 1
    ) {
        self.context = context
        var sorting = SortRules(
            partitionCount: context.task.job.reduceCount, order: rules.order, partitioner: rules.partitioner,
            context.task.job.program.sorting, share: share)
        sorting.combiner = combiner
        sorting.combinerGrouping = rules.combinerGrouping
        hasCombiner = combiner != nil
        buffer = MapOutputBuffer(sorting, context.allowance, context.phases, makeFolder: { try context.makeFolder() })
    }

    /// What collects with the job's combiner, as far as that works on records as they come.
    static func make(_ context: AttemptContext, _ rules: RecordRules) -> any RecordSink {
        guard let combiner = context.task.job.program.keyKeepingCombiner(rules) else {
            return MapOutputCollector(context, rules)
        }
        let folds = combiner().folds
        guard !folds.isEmpty, case .bytes = rules.order, case .bytes = rules.combinerGrouping else {
            return MapOutputCollector(context, rules, combiner: combiner)
        }
        return FoldingCollector(
            context, rules, MapOutputCollector(context, rules, combiner: combiner, share: 2), folds)
    }

    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws {
        try buffer.add(key, value)
        recordCount += 1
        // As the line that it is for programs.
        byteCount += key.count + value.count + 1
    }

    func add(_ piece: Span<UInt8>, ofLines lines: inout LineDecoder, _ fields: KeyFields) throws {
        var (records, bytes) = (0, 0)
        try buffer.add { add in
            try lines.decode(piece, fields) { key, value in
                try add(key, value)
                records += 1
                bytes += key.count + value.count + 1
            }
        }
        recordCount += records
        byteCount += bytes
    }

    func finish(_ path: String) throws {
        try buffer.finish(path)
        context.count("SPILLED_RECORDS", buffer.counts.written)
        guard hasCombiner else { return }
        context.count("COMBINE_INPUT_RECORDS", buffer.counts.combinerInput)
        context.count("COMBINE_OUTPUT_RECORDS", buffer.counts.combinerOutput)
    }
}
