/// Records that a ``RecordTransform`` has made, until they are taken away.
public struct RecordBatch: Sendable {
    private struct Entry {
        /// Just behind the key; the value follows.
        let keyEnd: Int
        let valueEnd: Int
        let parts: RecordParts
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []

    public init() {}

    public var isEmpty: Bool { entries.isEmpty }
    /// Of all keys and values.
    public var byteCount: Int { bytes.count }

    public mutating func append(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts = .both) {
        bytes.append(key)
        let keyEnd = bytes.count
        bytes.append(value)
        entries.append(Entry(keyEnd: keyEnd, valueEnd: bytes.count, parts: parts))
    }

    public func forEach(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws -> Void
    ) rethrows {
        let all = bytes.span
        var start = 0
        for entry in entries {
            try body(all.extracting(start..<entry.keyEnd), all.extracting(entry.keyEnd..<entry.valueEnd), entry.parts)
            start = entry.valueEnd
        }
    }

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }
}

/// What a record consists of; a part that is not there is null in Hadoop, which is more than empty: it is written without a
/// separator.
public struct RecordParts: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let key = RecordParts(rawValue: 1)
    public static let value = RecordParts(rawValue: 2)
    public static let both: RecordParts = [.key, .value]
}
