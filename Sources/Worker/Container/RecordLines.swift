internal import FileSystems
internal import MapReduce
internal import Records

/// Sorted records for a combiner or reducer. All records of a group have the key of its first one, as in Hadoop: where
/// parts of keys make the group, the other parts are those of that record. It holds one record and what is read with it,
/// however many a group has.
final class RecordLines: StepInput {
    private static let chunk = 64 << 10

    /// Called whenever something is read.
    var onRead: () -> Void = {}
    private var mergers: [Merger<Segment>]
    private let grouping: KeyOrder
    private let separator: [UInt8]
    /// Bytes of a line that are neither key nor value.
    private let bytesBeside: Int
    private var groupKey: [UInt8] = []
    /// False before the first record, and before that of each merger.
    private var isInGroup = false
    private(set) var recordCount = 0
    /// Of all lines so far.
    private(set) var byteCount = 0
    /// Different keys so far.
    private(set) var groupCount = 0

    /// - Parameters:
    ///   - sources: Runs to merge; the lists are read one after another, and a group does not reach from one into the next.
    ///   - grouping: What makes a group; nil is a reducer's.
    init(_ sources: [[Segment]], _ rules: RecordRules, grouping: KeyOrder? = nil) {
        self.grouping = grouping ?? rules.grouping
        separator = rules.reduceInputSeparator
        bytesBeside = separator.count + 1
        mergers = sources.map { Merger($0, order: rules.order) }
    }

    /// A map's output for its combiner, partition after partition.
    convenience init(mapOutput path: String, _ rules: RecordRules) throws {
        let output = try MapOutput(path)
        self.init(
            (0..<output.partitionCount).map { [.file(output.reader(of: $0))] }, rules, grouping: rules.combinerGrouping)
    }

    /// KEY TAB VALUE and a line end.
    func nextLines() throws -> [UInt8]? {
        onRead()
        let separator = separator
        var output: [UInt8] = []
        while output.count < Self.chunk, try advance() {
            mergers[0].withRecord { key, value in
                _ = note(key, value)
                appendKey(key, to: &output)
                output.append(separator.span)
                output.append(value)
                output.append(UInt8(ascii: "\n"))
            }
        }
        return output.isEmpty ? nil : output
    }

    func nextRecords(
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ isFirst: Bool) throws -> Void
    ) throws -> Bool {
        onRead()
        let end = byteCount + Self.chunk
        while byteCount < end {
            guard try advance() else { return false }
            try mergers[0].withRecord { key, value in
                let isFirst = note(key, value)
                if case .bytes = grouping {
                    try onRecord(key, value, isFirst)
                } else {
                    let groupKey = groupKey
                    try onRecord(groupKey.span, value, isFirst)
                }
            }
        }
        return true
    }

    /// Moves to the next record.
    private func advance() throws -> Bool {
        while !mergers.isEmpty {
            if try mergers[0].next() { return true }
            mergers.removeFirst()
            isInGroup = false
        }
        return false
    }

    /// True for the first record of a group.
    private func note(_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
        recordCount += 1
        byteCount += key.count + value.count + bytesBeside
        if isInGroup, isOfGroup(key) { return false }
        groupCount += 1
        groupKey.removeAll(keepingCapacity: true)
        groupKey.append(key)
        isInGroup = true
        return true
    }

    private func isOfGroup(_ key: Span<UInt8>) -> Bool {
        let groupKey = groupKey
        return grouping.groups(groupKey.span, key)
    }

    private func appendKey(_ key: Span<UInt8>, to output: inout [UInt8]) {
        guard case .fields = grouping else { return output.append(key) }
        let groupKey = groupKey
        output.append(groupKey.span)
    }
}
