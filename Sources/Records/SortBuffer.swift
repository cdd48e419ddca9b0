/// Records on their way to reducers: collected as they come, then sorted by partition and key bytes.
///
/// All bytes lie in one array; a record is an entry of 24 bytes with the first eight bytes of its key, so that most
/// comparisons touch the entries alone.
public struct SortBuffer: Sendable {
    private struct Entry {
        /// Of the key, the first byte highest; a shorter key is filled with zeros.
        var prefix: UInt64
        var offset: Int
        var keyLength: UInt32
        var valueLength: UInt32
    }

    private var bytes: [UInt8] = []
    /// By partition.
    private var entries: [[Entry]]
    public private(set) var recordCount = 0

    public init(partitionCount: Int) {
        entries = Array(repeating: [], count: partitionCount)
    }

    public var partitionCount: Int { entries.count }
    /// What the buffer takes.
    public var byteCount: Int { bytes.count + recordCount * MemoryLayout<Entry>.stride }

    public mutating func append(partition: Int, key: Span<UInt8>, value: Span<UInt8>) {
        let entry = Entry(
            prefix: Self.prefix(key), offset: bytes.count, keyLength: UInt32(key.count),
            valueLength: UInt32(value.count)
        )
        bytes.append(key)
        bytes.append(value)
        entries[partition].append(entry)
        recordCount += 1
    }

    /// Sorts each partition by key bytes; equal keys stay in the order they came in.
    public mutating func sort() {
        let bytes = bytes
        for partition in entries.indices {
            entries[partition].sort { first, second in
                if first.prefix != second.prefix { return first.prefix < second.prefix }
                return Self.isLess(first, second, in: bytes.span)
            }
        }
    }

    /// Appends the partition's records as a run; see ``RunReader``.
    public func encodeRun(partition: Int, into output: inout [UInt8]) {
        let all = bytes.span
        for entry in entries[partition] {
            let key = entry.offset..<entry.offset + Int(entry.keyLength)
            Run.append(
                key: all.extracting(key),
                value: all.extracting(key.upperBound..<key.upperBound + Int(entry.valueLength)), to: &output)
        }
    }

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        for partition in entries.indices { entries[partition].removeAll(keepingCapacity: true) }
        recordCount = 0
    }

    private static func prefix(_ key: Span<UInt8>) -> UInt64 {
        var prefix: UInt64 = 0
        for index in 0..<min(8, key.count) { prefix |= UInt64(key[index]) << UInt64(56 - 8 * index) }
        return prefix
    }

    /// For equal prefixes. Offsets grow in the order of arrival, which makes the order of equal keys certain.
    private static func isLess(_ first: Entry, _ second: Entry, in bytes: Span<UInt8>) -> Bool {
        let (a, b) = (Int(first.keyLength), Int(second.keyLength))
        var index = 8
        while index < a && index < b {
            let (x, y) = (bytes[first.offset + index], bytes[second.offset + index])
            if x != y { return x < y }
            index += 1
        }
        return a != b ? a < b : first.offset < second.offset
    }
}
