/// Where a step's records go.
public protocol RecordSink: AnyObject {
    var recordCount: Int { get }
    var byteCount: Int { get }
    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws
    /// The records of lines, as they come: what a line has in other pieces is the decoder's.
    func add(_ piece: Span<UInt8>, ofLines lines: inout LineDecoder, _ fields: KeyFields) throws
    /// The same for a key and the value that lies behind it.
    func add(record: Span<UInt8>, keyLength: Int) throws
    /// - Parameter path: Of map output; other sinks know theirs.
    func finish(_ path: String) throws
}

extension RecordSink {
    public func add(_ piece: Span<UInt8>, ofLines lines: inout LineDecoder, _ fields: KeyFields) throws {
        try lines.decode(piece, fields) { key, value in try add(key, value, .both) }
    }

    public func add(record: Span<UInt8>, keyLength: Int) throws {
        try add(record.extracting(0..<keyLength), record.extracting(keyLength..<record.count), .both)
    }
}
