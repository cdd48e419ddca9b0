internal import ClusterModel
internal import FileSystems
internal import Records

/// A map's output while it is made: records are collected in memory, and what does not fit goes to disk sorted (a spill), on
/// a thread of its own while more are collected; at the end all of it is merged (Hadoop's MapTask.MapOutputBuffer).
///
/// Together, what is being written and what is being collected take no more than ``SortRules/memory``: when both are full,
/// collecting waits.
final class MapOutputBuffer {
    /// Bytes up to which the memory grows as needed; beyond, all that may be needed is asked for at once.
    private static let smallSize = 1 << 20

    private let rules: SortRules
    private let allowance: WriteAllowance
    private let makeFolder: () throws -> String
    private var buffer: SortBuffer
    /// Bytes of the buffer after which there is something to do before a record is added.
    private var limit = 0
    private var isReserved = false
    /// Of the records before memory was got for more like them.
    private var meanSize = 0
    private var spilling: SpillThread?
    private var runs: [SpillFile] = []
    private var runCount = 0
    private(set) var counts = SpillCounts()
    private let phases: PhaseClock?

    /// - Parameter makeFolder: Makes the folder for spills, which is not needed where all fits into memory.
    init(
        _ rules: SortRules, _ allowance: WriteAllowance, _ phases: PhaseClock? = nil,
        makeFolder: @escaping () throws -> String
    ) {
        self.phases = phases
        self.rules = rules
        self.allowance = allowance
        self.makeFolder = makeFolder
        buffer = SortBuffer(
            partitionCount: rules.partitionCount, order: rules.order, findsRepeats: rules.findsRepeats)
        setLimit()
    }

    func add(_ key: Span<UInt8>, _ value: Span<UInt8>) throws {
        let partition = rules.partitioner.partition(key, of: rules.partitionCount)
        // One look at the buffer: in a class, each would be checked for another at the same time.
        if let size = buffer.append(partition: partition, key: key, value: value, limit: limit) {
            if size >= rules.threshold { try spill() }
            return
        }
        guard try makeRoom(for: SortBuffer.byteCount(key, value)) else {
            return try writeAlone(key, value, partition)
        }
        buffer.append(partition: partition, key: key, value: value)
        if buffer.recordByteCount >= rules.threshold { try spill() }
    }

    /// Adds what is given one by one. Meanwhile the buffer lies where no look at it need be checked for another.
    func add(_ all: (_ one: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Void) throws -> Void) throws {
        var own = SortBuffer(partitionCount: 1)
        swap(&own, &buffer)
        defer { swap(&own, &buffer) }
        let (partitioner, count, threshold) = (rules.partitioner, rules.partitionCount, rules.threshold)
        var limit = limit
        try all { key, value in
            let size = own.append(
                partition: partitioner.partition(key, of: count), key: key, value: value, limit: limit)
            if let size, size < threshold { return }
            swap(&own, &buffer)
            defer {
                swap(&own, &buffer)
                limit = self.limit
            }
            if size == nil { try add(key, value) } else { try spill() }
        }
    }

    /// Writes all of it to a file; see ``MapOutputWriter``.
    func finish(_ path: String) throws {
        try wait()
        if runs.isEmpty { return note(try SpillFile(takeBuffer(), rules, path, allowance, phases)) }
        if !buffer.isEmpty { add(run: try SpillFile(takeBuffer(), rules, try nextPath(), allowance, phases)) }
        phases?.enter(.merge)
        while let range = MergePlan.next(sizes: runs.map(\.byteCount), factor: rules.mergeFactor) {
            let merged = try SpillFile(merging: runs[range], rules, try nextPath(), allowance)
            note(merged)
            try remove(runs[range])
            runs.replaceSubrange(range, with: [merged])
        }
        if runs.count == 1 { return try LocalFileSystem.rename(runs[0].path, to: path) }
        note(try SpillFile(merging: runs[...], rules, path, allowance, isLast: true))
        try remove(runs[...])
    }

    // MARK: - Memory

    /// False when the record is larger than all of the memory, which is empty then.
    private func makeRoom(for size: Int) throws -> Bool {
        if !isReserved { reserve() }
        setLimit()
        if buffer.byteCount + size > limit { try wait() }
        if buffer.byteCount + size > limit, !buffer.isEmpty {
            try spill()
            try wait()
        }
        return size <= rules.memory
    }

    /// Gets memory for records like those so far. What is not touched takes none.
    private func reserve() {
        if !isReserved { meanSize = buffer.meanSize }
        isReserved = true
        buffer.reserve(rules.threshold, meanSize: meanSize, from: LargePages())
    }

    private func setLimit() {
        limit = rules.memory - (spilling?.byteCount ?? 0)
        // Over its allowance the attempt will be in any case: there is no need to collect until the memory is full.
        let left = allowance.left - buffer.runByteCount
        if left < limit { limit = min(limit, buffer.byteCount + max(0, left)) }
        if !isReserved { limit = min(limit, Self.smallSize) }
    }

    // MARK: - Spills

    /// Begins to write what is in memory, when what was before it is on disk.
    private func spill() throws {
        try wait()
        spilling = try SpillThread(takeBuffer(), rules, try nextPath(), allowance)
        if isReserved { reserve() }
        setLimit()
    }

    /// Out of here, so that sorting need not copy it.
    private func takeBuffer() -> SortBuffer {
        var full = SortBuffer(
            partitionCount: rules.partitionCount, order: rules.order, findsRepeats: buffer.findsRepeats)
        swap(&full, &buffer)
        return full
    }

    private func wait() throws {
        guard let spilling else { return }
        self.spilling = nil
        let wait = { try spilling.wait() }
        add(run: try phases?.during(.spill, wait) ?? wait())
        setLimit()
    }

    private func writeAlone(_ key: Span<UInt8>, _ value: Span<UInt8>, _ partition: Int) throws {
        try Self.check(byteCount: key.count + value.count)
        add(run: try SpillFile(key, value, partition, rules, try nextPath(), allowance))
        setLimit()
    }

    /// Of key and value together. The memory is less than the limit: what fits into it need not be checked.
    static func check(byteCount: Int) throws(RecordsError) {
        guard byteCount <= Run.recordLimit else { throw .recordOverLimit(byteCount: byteCount) }
    }

    private func nextPath() throws -> String {
        runCount += 1
        return "\(try makeFolder())/.spill-\(runCount)"
    }

    private func add(run: SpillFile) {
        runs.append(run)
        note(run)
    }

    private func note(_ file: SpillFile) { counts.add(file.counts) }

    private func remove(_ files: ArraySlice<SpillFile>) throws {
        for file in files { try LocalFileSystem.remove(file.path) }
    }
}
