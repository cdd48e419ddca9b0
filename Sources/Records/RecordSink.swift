/// Where a step's records go.
public protocol RecordSink: AnyObject {
    var recordCount: Int { get }
    var byteCount: Int { get }
    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws
    /// The same for a key and the value that lies behind it.
    func add(record: Span<UInt8>, keyLength: Int) throws
    /// - Parameter path: Of map output; other sinks know theirs.
    func finish(_ path: String) throws
}

extension RecordSink {
    public func add(record: Span<UInt8>, keyLength: Int) throws {
        try add(record.extracting(0..<keyLength), record.extracting(keyLength..<record.count), .both)
    }
}
