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
        context.task.job.reduceCount > 0
            ? MapOutputCollector(context, rules, combiner: context.task.job.program.keyKeepingCombiner(rules))
            : try context.makeOutput(rules)
    }

    func take(_ records: Span<UInt8>) throws {
        switch work {
        case .records(let work): if let sink { try work.take(records, into: sink) }
        case .folding(let work):
            try work.take(records)
            let limit = context.task.job.program.sorting.memory << 20
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
            try context.leaveMapOutput { try write(work, to: $0) }
        } else {
            try drain(work)
            if let sink { try finish(sink) }
        }
    }

    private func finish(_ sink: any RecordSink) throws {
        if context.task.job.reduceCount > 0 { try context.leaveMapOutput(sink.finish) } else { try sink.finish("") }
    }

    /// More keys than the table may hold, and keys in another order than its, go the way of other records: there they are
    /// sorted and combined with those that come later.
    private func drain(_ work: any FoldingWork) throws {
        let sink = try sink ?? makeSink()
        self.sink = sink
        let before = sink.recordCount
        var digits: [UInt8] = []
        try work.withTable { table in
            try table.drain(partitions: 1, { _ in 0 }) { _, key, value in
                digits.set(decimal: value)
                try sink.add(key, digits.span, .both)
            }
        }
        context.count("COMBINE_OUTPUT_RECORDS", sink.recordCount - before)
    }

    /// All keys are in the table: sorted by their bytes there, they are the output.
    private func write(_ work: any FoldingWork, to path: String) throws {
        let (count, partitioner) = (context.task.job.reduceCount, rules.partitioner)
        var file = try SpillWriter(path, context.allowance)
        var digits: [UInt8] = []
        var current = 0
        context.phases.enter(.sort)
        try work.withTable { table in
            try table.drain(partitions: count, { partitioner.partition($0, of: count) }) { partition, key, value in
                while current < partition {
                    try file.endPartition()
                    current += 1
                }
                digits.set(decimal: value)
                try file.add(key, digits.span)
            }
        }
        context.phases.enter(.spill)
        for _ in current..<count { try file.endPartition() }
        let written = try file.close().counts.written
        context.count("COMBINE_OUTPUT_RECORDS", written)
        context.count("SPILLED_RECORDS", written)
    }
}
