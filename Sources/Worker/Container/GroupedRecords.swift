internal import MapReduce
internal import Records

/// Merged records, group after group. All records of a group have the key of its first one, as in Hadoop: where parts of
/// keys make the group, the other parts are those of that record. It holds one record and what is read with it, however many
/// a group has.
struct GroupedRecords {
    /// The next one last; a group does not reach from one into the next.
    private var mergers: [Merger<Segment>]
    private let grouping: KeyOrder
    /// Bytes of a line that are neither key nor value.
    private let bytesBeside: Int
    private var groups: KeyGroups
    /// How often the present record is still to be given.
    private var times = 0
    private(set) var recordCount = 0
    /// Of all lines so far.
    private(set) var byteCount = 0
    /// Different keys so far.
    private(set) var groupCount = 0

    /// - Parameters:
    ///   - sources: Runs to merge; the lists are read one after another.
    ///   - bytesBeside: What a record takes beside its key and its value.
    init(_ sources: [[Segment]], order: KeyOrder, grouping: KeyOrder, bytesBeside: Int) {
        mergers = sources.reversed().map { Merger($0, order: order) }
        self.grouping = grouping
        groups = KeyGroups(grouping)
        self.bytesBeside = bytesBeside
    }

    /// Gives records of about so many bytes, each under its own key and with how often it stands; false at the end.
    mutating func takeWhole(
        byteCount limit: Int, _ onRecord: (_ record: Span<UInt8>, _ keyLength: Int, _ times: Int) throws -> Void
    ) throws -> Bool {
        try merge(byteCount: limit) { records, merger, times in
            try merger.withWholeRecord { record, keyLength in
                records.note(key: record.extracting(0..<keyLength))
                try onRecord(record, keyLength, times)
            }
        }
    }

    /// Gives records of about so many bytes, each with how often it stands; false at the end.
    @inline(__always)
    mutating func take(
        byteCount limit: Int,
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ isFirst: Bool, _ times: Int) throws -> Void
    ) throws -> Bool {
        try merge(byteCount: limit) { records, merger, times in
            try merger.withRecord { key, value in
                let isFirst = records.note(key: key)
                // Keys of a group are the same bytes then.
                if case .bytes = records.grouping { return try onRecord(key, value, isFirst, times) }
                let groupKey = records.groups.key
                try onRecord(groupKey.span, value, isFirst, times)
            }
        }
    }

    @inline(__always)
    private mutating func merge(
        byteCount limit: Int, _ onRecord: (inout GroupedRecords, Merger<Segment>, _ times: Int) throws -> Void
    ) throws -> Bool {
        guard var merger = mergers.popLast() else { return false }
        defer { mergers.append(merger) }
        let end = byteCount + limit
        while byteCount < end {
            if times == 0 {
                guard try merger.next() else {
                    groups.end()
                    guard let next = mergers.popLast() else { return false }
                    merger = next
                    continue
                }
                times = merger.count
            }
            let size = merger.recordByteCount + bytesBeside
            let now = times == 1 ? 1 : max(1, min(times, (end - byteCount) / max(1, size)))
            times -= now
            recordCount += now
            byteCount += now * size
            try onRecord(&self, merger, now)
        }
        return true
    }

    /// True for the first record of a group.
    @inline(__always) @discardableResult
    private mutating func note(key: Span<UInt8>) -> Bool {
        guard groups.begins(with: key) else { return false }
        groupCount += 1
        return true
    }
}
