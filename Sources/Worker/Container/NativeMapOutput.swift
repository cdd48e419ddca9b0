internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records
internal import Wire

/// Where a native mapper's records go: to a sink each, or into a table of which only the different keys go there.
final class NativeMapOutput {
    private let context: AttemptContext
    private let rules: RecordRules
    private let work: MapWork
    private var sink: (any RecordSink)?

    init(_ context: AttemptContext, _ rules: RecordRules, _ work: MapWork) throws {
        self.context = context
        self.rules = rules
        self.work = work
        if case .folding = work { return }
        sink = try makeSink()
    }

    private func makeSink() throws -> any RecordSink {
        guard context.task.job.reduceCount > 0 else { return try context.makeOutput(rules) }
        guard case .folding = work else { return MapOutputCollector.make(context, rules) }
        // It is folded already, in the other half of the memory.
        return MapOutputCollector(
            context, rules, combiner: context.task.job.program.keyKeepingCombiner(rules), share: 2)
    }

    func take(_ records: Span<UInt8>) throws {
        switch work {
        case .records(let work): if let sink { try work.take(records, into: sink) }
        case .folding(let work):
            try work.take(records)
            let memory = context.task.job.program.sorting.memory << 20
            let limit = sink == nil ? memory : memory / 2
            if work.withTable({ $0.isNearlyFull(limit: limit) }) { try drain(work) }
        case .generating: break
        }
    }

    func generate(_ rows: Range<Int>) throws {
        if case .generating(let work) = work, let sink { try work.generate(rows, into: sink) }
    }

    func finish() throws {
        switch work {
        case .folding(let work):
            let count = work.withTable { $0.countAdditions() }
            context.count("MAP_OUTPUT_RECORDS", count)
            context.count("COMBINE_INPUT_RECORDS", count)
            try finish(work)
        case .records(let work):
            if let sink { try work.finish(into: sink) }
            try finishSink()
        case .generating: try finishSink()
        }
    }

    private func finishSink() throws {
        guard let sink else { return }
        try finish(sink)
        context.count("MAP_OUTPUT_RECORDS", sink.recordCount)
        context.count("MAP_OUTPUT_BYTES", sink.byteCount)
    }

    // MARK: - Folding

    private func finish(_ work: any FoldingWork) throws {
        if sink == nil, context.task.job.reduceCount > 0, case .bytes = rules.order {
            try context.leaveMapOutput { path in try work.withTable { try folded.write(&$0, to: path) } }
        } else {
            try drain(work)
            if let sink { try finish(sink) }
        }
    }

    private func finish(_ sink: any RecordSink) throws {
        if context.task.job.reduceCount > 0 { try context.leaveMapOutput(sink.finish) } else { try sink.finish("") }
    }

    /// More keys than the table may hold, and keys in another order than its.
    private func drain(_ work: any FoldingWork) throws {
        let sink = try sink ?? makeSink()
        self.sink = sink
        try work.withTable { try folded.drain(&$0, into: sink) }
    }

    private var folded: FoldedKeys { FoldedKeys(context: context, rules: rules) }
}
