internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records

/// Sorted records for a combiner or reducer.
final class RecordLines: StepInput {
    private static let chunk = 64 << 10

    /// Called whenever something is read.
    var onRead: () -> Void = {}
    /// Nil while records are taken: in a class, each look at it would be checked for another at the same time.
    private var records: GroupedRecords?
    private let separator: [UInt8]
    private let phases: PhaseClock
    /// The records of a group have the same key, down to the last byte.
    let keysAreTheirOwn: Bool

    /// - Parameters:
    ///   - sources: Runs to merge; the lists are read one after another, and a group does not reach from one into the next.
    ///   - grouping: What makes a group; nil is a reducer's.
    init(_ sources: [[Segment]], _ rules: RecordRules, _ phases: PhaseClock, grouping: KeyOrder? = nil) {
        self.phases = phases
        if case .bytes = grouping ?? rules.grouping { keysAreTheirOwn = true } else { keysAreTheirOwn = false }
        separator = rules.reduceInputSeparator
        records = GroupedRecords(
            sources, order: rules.order, grouping: grouping ?? rules.grouping, bytesBeside: separator.count + 1)
    }

    /// A map's output for its combiner, partition after partition.
    convenience init(mapOutput path: String, _ rules: RecordRules, _ phases: PhaseClock) throws {
        let output = try MapOutput(path)
        self.init(
            (0..<output.partitionCount).map { [Segment(.file(output.reader(of: $0)), amongst: 1)] }, rules,
            phases, grouping: rules.combinerGrouping)
    }

    var recordCount: Int { records?.recordCount ?? 0 }
    var groupCount: Int { records?.groupCount ?? 0 }

    /// KEY TAB VALUE and a line end.
    func nextLines() throws -> [UInt8]? {
        let separator = separator
        var (output, line): ([UInt8], [UInt8]) = ([], [])
        try phases.during(.merge) {
            _ = try take { key, value, _, times in
                line.removeAll(keepingCapacity: true)
                line.append(key)
                line.append(separator.span)
                line.append(value)
                line.append(UInt8(ascii: "\n"))
                output.append(line.span, times: times)
            }
        }
        return output.isEmpty ? nil : output
    }

    /// As ``nextRecords(_:)``, each record as the one span that it is, under its own key.
    func nextWholeRecords(_ onRecord: (_ record: Span<UInt8>, _ keyLength: Int) throws -> Void) throws -> Bool {
        onRead()
        guard var records = records.take() else { return false }
        defer { self.records = records }
        return try records.takeWhole(byteCount: Self.chunk) { record, keyLength, times in
            for _ in 0..<times { try onRecord(record, keyLength) }
        }
    }

    func nextRecords(
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ isFirst: Bool) throws -> Void
    ) throws -> Bool {
        try take { key, value, isFirst, times in
            try onRecord(key, value, isFirst)
            for _ in 1..<times { try onRecord(key, value, false) }
        }
    }

    @inline(__always)
    private func take(
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ isFirst: Bool, _ times: Int) throws -> Void
    ) throws -> Bool {
        onRead()
        guard var records = records.take() else { return false }
        defer { self.records = records }
        return try records.take(byteCount: Self.chunk, onRecord)
    }
}
