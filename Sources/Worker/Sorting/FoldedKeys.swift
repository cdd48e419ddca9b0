internal import ClusterModel
internal import MapReduce
internal import Records
internal import Wire

/// What becomes of a map's numbers that were folded by key: sorted in their table, they are its output when that holds all
/// keys; else they go where other records go.
struct FoldedKeys {
    let context: AttemptContext
    let rules: RecordRules
    /// Comes before each of the table's keys.
    var prefix: [UInt8] = []

    /// Keys in the order of their bytes.
    func write(_ table: inout FoldTable, to path: String) throws {
        let (count, partitioner) = (context.task.job.reduceCount, rules.partitioner)
        var file = try SpillWriter(path, context.allowance)
        var (parted, written, digits) = (prefix, prefix, [UInt8]())
        var current = 0
        context.phases.enter(.sort)
        try table.drain(
            partitions: count,
            { key in
                parted.replace(behind: prefix.count, with: key)
                return partitioner.partition(parted.span, of: count)
            }
        ) { partition, key, value in
            while current < partition {
                try file.endPartition()
                current += 1
            }
            written.replace(behind: prefix.count, with: key)
            digits.set(decimal: value)
            try file.add(written.span, digits.span)
        }
        context.phases.enter(.spill)
        for _ in current..<count { try file.endPartition() }
        let records = try file.close().counts.written
        context.count("COMBINE_OUTPUT_RECORDS", records)
        context.count("SPILLED_RECORDS", records)
    }

    /// There they are sorted, and combined with those that come later.
    func drain(_ table: inout FoldTable, into sink: any RecordSink) throws {
        let before = sink.recordCount
        var (whole, digits) = (prefix, [UInt8]())
        try table.drain(partitions: 1, { _ in 0 }) { _, key, value in
            whole.replace(behind: prefix.count, with: key)
            digits.set(decimal: value)
            try sink.add(whole.span, digits.span, .both)
        }
        let drained = sink.recordCount - before
        // They are the collector's combiner's input once more, and count once.
        if context.task.job.reduceCount > 0 {
            context.count("COMBINE_INPUT_RECORDS", -drained)
        } else {
            context.count("COMBINE_OUTPUT_RECORDS", drained)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func replace(behind place: Int, with bytes: Span<UInt8>) {
        removeLast(count - place)
        append(bytes)
    }
}
