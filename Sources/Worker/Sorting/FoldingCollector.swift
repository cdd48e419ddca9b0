internal import ClusterModel
internal import MapReduce
internal import Records
internal import Wire

/// Takes a mapper's records where the combiner is a fold: numbers are folded in tables as they come, and what is no number, or
/// more than the tables hold, is collected and sorted.
final class FoldingCollector: RecordSink {
    /// Bytes of a key beyond which it is nothing for a table.
    private static let keyLimit = 64 << 10
    /// Bytes of keys between two looks at how full the tables are.
    private static let lookInterval = 256 << 10

    private final class Folded {
        let keys: FoldedKeys
        var table: FoldTable

        init(_ keys: FoldedKeys, _ fold: Fold) {
            self.keys = keys
            table = FoldTable(fold)
        }

        /// Lends the table, and is not to be asked for it meanwhile.
        func withTable(_ body: (inout FoldTable) throws -> Void) rethrows { try body(&table) }
    }

    private let context: AttemptContext
    private let collector: MapOutputCollector
    private let tables: [Folded]
    /// Bytes of memory for all of it; the collector keeps to half of them.
    private let memory: Int
    /// Of keys that have come since the last look.
    private var unseen = 0
    private(set) var recordCount = 0
    private(set) var byteCount = 0

    /// - Parameters:
    ///   - collector: For all other records, with half of the memory; its combiner is that of the folds.
    ///   - folds: At least one. The order of keys is that of their bytes.
    init(_ context: AttemptContext, _ rules: RecordRules, _ collector: MapOutputCollector, _ folds: [KeyFold]) {
        self.context = context
        self.collector = collector
        tables = folds.map { Folded(FoldedKeys(context: context, rules: rules, prefix: $0.prefix), $0.fold) }
        memory = context.task.job.program.sorting.memory << 20
    }

    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws {
        recordCount += 1
        // As the line that it is for programs.
        byteCount += key.count + value.count + 1
        guard let number = value.decimal, key.count <= Self.keyLimit,
            let folded = tables.first(where: { key.begins(with: $0.keys.prefix) })
        else { return try collector.add(key, value, parts) }
        folded.table.add(key.extracting(folded.keys.prefix.count..<key.count), number)
        unseen += key.count + 1
        if unseen >= Self.lookInterval { try makeRoom() }
    }

    /// Most lines are for the first table, as a rule.
    func add(_ piece: Span<UInt8>, ofLines lines: inout LineDecoder, _ fields: KeyFields) throws {
        let prefix = tables[0].keys.prefix
        var (records, bytes) = (0, 0)
        try tables[0].withTable { table in
            try lines.decode(piece, fields) { key, value in
                records += 1
                bytes += key.count + value.count + 1
                guard let number = value.decimal, key.count <= Self.keyLimit else {
                    return try collector.add(key, value, .both)
                }
                if key.begins(with: prefix) {
                    table.add(key.extracting(prefix.count..<key.count), number)
                } else if let other = tables.dropFirst().first(where: { key.begins(with: $0.keys.prefix) }) {
                    other.table.add(key.extracting(other.keys.prefix.count..<key.count), number)
                } else {
                    try collector.add(key, value, .both)
                }
            }
        }
        recordCount += records
        byteCount += bytes
        unseen += bytes
        if unseen >= Self.lookInterval { try makeRoom() }
    }

    private func makeRoom() throws {
        unseen = 0
        for folded in tables {
            let others = tables.reduce(0) { $0 + ($1 === folded ? 0 : $1.table.byteCount) }
            let all = collector.recordCount == 0 ? memory : memory / 2
            guard folded.table.isNearlyFull(limit: all - others) else { continue }
            try folded.keys.drain(&folded.table, into: collector)
        }
    }

    func finish(_ path: String) throws {
        let used = tables.filter { folded in
            let count = folded.table.countAdditions()
            context.count("COMBINE_INPUT_RECORDS", count)
            return count > 0
        }
        // Whatever a table has been emptied into it is in the collector.
        if used.count == 1, collector.recordCount == 0 { return try used[0].keys.write(&used[0].table, to: path) }
        for folded in used { try folded.keys.drain(&folded.table, into: collector) }
        try collector.finish(path)
    }
}
