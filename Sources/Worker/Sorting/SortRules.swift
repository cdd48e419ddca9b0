internal import ClusterModel
internal import Records

/// How a map's output is partitioned, sorted, combined and merged.
struct SortRules: Sendable {
    let partitionCount: Int
    let order: KeyOrder
    let partitioner: Partitioner
    /// Makes the combiner for each spill and for the last merge; nil for none. See ``RecordTransform/keepsKeys``.
    var combiner: (@Sendable () -> any RecordTransform)?
    /// What the combiner's records are grouped by.
    var combinerGrouping: KeyOrder
    /// Bytes that the records in memory may take.
    let memory: Int
    /// Bytes of them after which they are written to disk.
    let threshold: Int
    /// Runs that are merged at once.
    let mergeFactor: Int
    /// See ``SortBuffer``.
    var findsRepeats = true

    init(partitionCount: Int, order: KeyOrder, partitioner: Partitioner, memory: Int, threshold: Int, mergeFactor: Int)
    {
        (self.partitionCount, self.order, self.partitioner) = (partitionCount, order, partitioner)
        combinerGrouping = order
        (self.memory, self.threshold, self.mergeFactor) = (memory, threshold, mergeFactor)
    }

    init(
        partitionCount: Int, order: KeyOrder, partitioner: Partitioner, _ settings: SortSettings, share: Int = 1
    ) {
        let memory = (settings.memory << 20) / share
        self.init(
            partitionCount: partitionCount, order: order, partitioner: partitioner, memory: memory,
            threshold: memory / 1000 * settings.spillThousandths, mergeFactor: settings.mergeFactor)
        // So little is written at once that hardly anything is met again.
        findsRepeats = threshold >= 64 << 10
    }
}
