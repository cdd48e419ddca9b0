internal import FileSystems
internal import Records

/// Writes the file of a ``SpillFile``, partition after partition.
struct SpillWriter {
    /// Bytes that are put together before they are written.
    private static let pieceSize = 256 << 10

    private let path: String
    private var file: MapOutputWriter
    private var combiner: RecordCombiner?
    private var written = 0
    private var piece: [UInt8] = []

    init(_ path: String, _ allowance: WriteAllowance) throws {
        self.path = path
        file = try MapOutputWriter(path, allowance)
    }

    /// One that combines what it is given, where the job has a combiner.
    init(combining rules: SortRules, _ path: String, _ allowance: WriteAllowance) throws {
        try self.init(path, allowance)
        if let make = rules.combiner { combiner = RecordCombiner(rules.combinerGrouping, make) }
    }

    /// Writes a partition of sorted records.
    mutating func write(_ buffer: SortBuffer, _ partition: Int) throws {
        if combiner == nil {
            try buffer.forEachPiece(partition: partition, pieceSize: Self.pieceSize) { try file.write($0) }
            written += buffer.recordCount(of: partition)
        } else {
            try buffer.forEach(partition: partition) { key, value in try combine(key, value) }
            try finishCombiner()
        }
        file.endPartition()
    }

    /// The same of sorted runs.
    mutating func write(_ merger: inout Merger<FileReader>) throws {
        while try merger.next() {
            if combiner == nil {
                merger.appendRecord(to: &piece)
                written += merger.count
                if piece.count >= Self.pieceSize { try flush() }
            } else {
                try merger.withRecord { key, value in
                    for _ in 0..<merger.count { try combine(key, value) }
                }
            }
        }
        try finishCombiner()
        try endPartition()
    }

    /// Takes a record of the partition, in their order.
    mutating func add(_ key: Span<UInt8>, _ value: Span<UInt8>) throws {
        Run.append(key: key, value: value, to: &piece)
        written += 1
        if piece.count >= Self.pieceSize { try flush() }
    }

    /// Writes a record, however long, without another copy of it.
    mutating func write(_ key: Span<UInt8>, _ value: Span<UInt8>) throws {
        Run.appendHeader(key.count, value.count, to: &piece)
        try flush()
        try file.write(key)
        try file.write(value)
        written += 1
    }

    mutating func endPartition() throws {
        try flush()
        file.endPartition()
    }

    mutating func close() throws -> SpillFile {
        var counts = SpillCounts()
        counts.combinerInput = combiner?.inputCount ?? 0
        counts.combinerOutput = combiner?.outputCount ?? 0
        counts.written = written + counts.combinerOutput
        return SpillFile(path: path, byteCount: try file.close(), counts: counts)
    }

    private mutating func combine(_ key: Span<UInt8>, _ value: Span<UInt8>) throws {
        try combiner?.take(key, value, into: &piece)
        if piece.count >= Self.pieceSize { try flush() }
    }

    private mutating func finishCombiner() throws {
        try combiner?.finish(into: &piece)
        try flush()
    }

    private mutating func flush() throws {
        guard !piece.isEmpty else { return }
        // Out of here and back, so that its memory is used again.
        var full: [UInt8] = []
        swap(&full, &piece)
        try file.write(full.span)
        full.removeAll(keepingCapacity: true)
        swap(&full, &piece)
    }
}
