/// Records on their way to reducers: collected as they come, then sorted by partition and key (Hadoop's
/// MapTask.MapOutputBuffer).
///
/// All bytes lie in one array, each record already as a ``Run`` holds it; beside it a record is an entry of 24 bytes with
/// the first eight bytes of its key, so that most comparisons touch the entries alone.
public struct SortBuffer: Sendable {
    private struct Entry {
        /// See ``KeyPrefix``.
        var prefix: UInt64
        /// Of the key's first byte.
        var offset: Int
        var keyLength: UInt32
        var valueLength: UInt32

        var keyRange: Range<Int> { offset..<offset + Int(keyLength) }
        var valueRange: Range<Int> { keyRange.upperBound..<keyRange.upperBound + Int(valueLength) }
        /// With the lengths before it.
        var range: Range<Int> {
            offset - Run.headerLength(Int(keyLength), Int(valueLength))..<valueRange.upperBound
        }
    }

    private var bytes: [UInt8] = []
    /// By partition.
    private var entries: [[Entry]]
    public private(set) var recordCount = 0
    private let order: KeyOrder

    public init(partitionCount: Int, order: KeyOrder = .bytes) {
        entries = Array(repeating: [], count: partitionCount)
        self.order = order
    }

    public var partitionCount: Int { entries.count }
    /// What the buffer takes.
    public var byteCount: Int { bytes.count + recordCount * MemoryLayout<Entry>.stride }

    public mutating func append(partition: Int, key: Span<UInt8>, value: Span<UInt8>) {
        Run.append(key: key, value: value, to: &bytes)
        let entry = Entry(
            prefix: KeyPrefix.of(key), offset: bytes.count - key.count - value.count, keyLength: UInt32(key.count),
            valueLength: UInt32(value.count))
        entries[partition].append(entry)
        recordCount += 1
    }

    /// Sorts each partition by its keys; equal keys stay in the order they came in.
    public mutating func sort() {
        switch order {
        case .bytes: sortByBytes()
        case .fields(let specification): sort(by: specification)
        }
    }

    private mutating func sort(by specification: KeySpecification) {
        let bytes = bytes
        for partition in entries.indices {
            entries[partition].sort { first, second in
                let all = bytes.span
                let order = specification.compare(all.extracting(first.keyRange), all.extracting(second.keyRange))
                return order != 0 ? order < 0 : first.offset < second.offset
            }
        }
    }

    private mutating func sortByBytes() {
        let bytes = bytes
        for partition in entries.indices {
            entries[partition].sort { first, second in
                if first.prefix != second.prefix { return first.prefix < second.prefix }
                return Self.isLess(first, second, in: bytes.span)
            }
        }
    }

    /// The partition's records, in order once they are sorted.
    public func forEach(
        partition: Int, _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Void
    ) rethrows {
        let all = bytes.span
        for entry in entries[partition] { try body(all.extracting(entry.keyRange), all.extracting(entry.valueRange)) }
    }

    /// Appends the partition's records as a run; see ``RunReader``.
    public func encodeRun(partition: Int, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + entries[partition].reduce(0) { $0 + $1.range.count })
        let all = bytes.span
        for entry in entries[partition] { output.append(all.extracting(entry.range)) }
    }

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        for partition in entries.indices { entries[partition].removeAll(keepingCapacity: true) }
        recordCount = 0
    }

    /// For equal prefixes. Offsets grow in the order of arrival, which makes the order of equal keys certain.
    private static func isLess(_ first: Entry, _ second: Entry, in bytes: Span<UInt8>) -> Bool {
        if min(first.keyLength, second.keyLength) <= KeyPrefix.length {
            return first.keyLength != second.keyLength
                ? first.keyLength < second.keyLength : first.offset < second.offset
        }
        let order = KeyPrefix.compareRest(bytes.extracting(first.keyRange), bytes.extracting(second.keyRange))
        return order != 0 ? order < 0 : first.offset < second.offset
    }
}
