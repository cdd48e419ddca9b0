internal import ClusterModel
internal import FileSystems
internal import Records

/// Records as they went to disk and through the combiner.
struct SpillCounts: Sendable {
    /// Each as often as it was written.
    var written = 0
    var combinerInput = 0
    var combinerOutput = 0

    mutating func add(_ other: SpillCounts) {
        written += other.written
        combinerInput += other.combinerInput
        combinerOutput += other.combinerOutput
    }
}

/// Sorted records of all partitions in a file, as a ``MapOutput``.
struct SpillFile: Sendable {
    let path: String
    let byteCount: Int
    let counts: SpillCounts

    /// Sorts and combines what has been collected.
    ///
    /// - Parameter phases: Of the attempt, where it waits for it.
    init(
        _ buffer: consuming SortBuffer, _ rules: SortRules, _ path: String, _ allowance: WriteAllowance,
        _ phases: PhaseClock? = nil
    ) throws {
        phases?.enter(.sort)
        buffer.sort()
        phases?.enter(.spill)
        var writer = try SpillWriter(combining: rules, path, allowance)
        for partition in 0..<rules.partitionCount { try writer.write(buffer, partition) }
        self = try writer.close()
    }

    /// Merges, of equal keys the first file's records first.
    ///
    /// - Parameter isLast: What comes out goes to the reducers: it is combined, which in passes before would only cost time
    ///   (as in Hadoop, but there only for three spills and more).
    init(
        merging files: ArraySlice<SpillFile>, _ rules: SortRules, _ path: String, _ allowance: WriteAllowance,
        isLast: Bool = false
    ) throws {
        let outputs = try files.map { try MapOutput($0.path) }
        var writer = try isLast ? SpillWriter(combining: rules, path, allowance) : SpillWriter(path, allowance)
        for partition in 0..<rules.partitionCount {
            var merger = Merger(outputs.map { $0.reader(of: partition) }, order: rules.order)
            try writer.write(&merger)
        }
        self = try writer.close()
    }

    /// A single record.
    init(
        _ key: Span<UInt8>, _ value: Span<UInt8>, _ partition: Int, _ rules: SortRules, _ path: String,
        _ allowance: WriteAllowance
    ) throws {
        var writer = try SpillWriter(path, allowance)
        for other in 0..<rules.partitionCount {
            if other == partition { try writer.write(key, value) }
            try writer.endPartition()
        }
        self = try writer.close()
    }

    init(path: String, byteCount: Int, counts: SpillCounts) {
        (self.path, self.byteCount, self.counts) = (path, byteCount, counts)
    }
}
