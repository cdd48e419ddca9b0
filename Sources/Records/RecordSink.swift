/// Where a step's records go.
public protocol RecordSink: AnyObject {
    var recordCount: Int { get }
    var byteCount: Int { get }
    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws
    /// - Parameter path: Of map output; other sinks know theirs.
    func finish(_ path: String) throws
}
