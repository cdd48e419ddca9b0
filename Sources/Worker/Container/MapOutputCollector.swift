internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records
internal import Wire

/// Takes a mapper's records, sorts them, and writes them partition by partition; what does not fit into memory
/// goes to disk sorted (a spill) and is merged at the end.
final class MapOutputCollector: RecordSink {
    /// Bytes in memory before a spill: Hadoop's default of `mapreduce.task.io.sort.mb`.
    static let memory = 100 << 20

    private let context: AttemptContext
    private let order: KeyOrder
    private let partitioner: Partitioner
    private let suffix: String
    private var buffer: SortBuffer
    private var spills: [String] = []
    private(set) var recordCount = 0
    private(set) var byteCount = 0
    /// Of records in the buffer. On disk they take a little more.
    private var pendingByteCount = 0

    /// - Parameter suffix: Keeps the spills of two collectors of one attempt apart.
    init(_ context: AttemptContext, _ rules: RecordRules, suffix: String) {
        self.context = context
        order = rules.order
        partitioner = rules.partitioner
        self.suffix = suffix
        buffer = SortBuffer(partitionCount: context.task.job.reduceCount, order: rules.order)
    }

    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws {
        buffer.append(partition: partitioner.partition(key, of: buffer.partitionCount), key: key, value: value)
        recordCount += 1
        // As the line that it is for programs.
        let count = key.count + value.count + 1
        byteCount += count
        pendingByteCount += count
        // Over the limit it will be in any case: there is no need to collect until the memory is full.
        if buffer.byteCount >= Self.memory || pendingByteCount > context.allowance.left { try spill() }
    }

    func finish(_ path: String) throws {
        if spills.isEmpty {
            buffer.sort()
            try write(path)
        } else {
            try spill()
            try merge(path)
        }
        context.count("SPILLED_RECORDS", recordCount)
    }

    private func spill() throws {
        let path = "\(try context.makeFolder())/.spill-\(suffix)\(spills.count)"
        buffer.sort()
        try write(path)
        spills.append(path)
        buffer.removeAll()
        pendingByteCount = 0
    }

    private func write(_ path: String) throws {
        var file = try MapOutputWriter(path, context.allowance)
        for partition in 0..<buffer.partitionCount {
            var run: [UInt8] = []
            buffer.encodeRun(partition: partition, into: &run)
            try file.write(run)
            file.endPartition()
        }
        _ = try file.close()
    }

    private func merge(_ path: String) throws {
        let outputs = try spills.map { try MapOutput($0) }
        var file = try MapOutputWriter(path, context.allowance)
        for partition in 0..<buffer.partitionCount {
            var merger = Merger(outputs.map { $0.reader(of: partition) }, order: order)
            var run: [UInt8] = []
            while try merger.next() {
                merger.withRecord { Run.append(key: $0, value: $1, to: &run) }
                if run.count >= 256 << 10 {
                    try file.write(run)
                    run.removeAll(keepingCapacity: true)
                }
            }
            try file.write(run)
            file.endPartition()
        }
        _ = try file.close()
        for spill in spills { try LocalFileSystem.remove(spill) }
    }
}
