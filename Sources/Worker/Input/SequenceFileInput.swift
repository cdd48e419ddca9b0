internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records

/// The records of a split of a SequenceFile. Programs read them as lines: key, separator, value.
final class SequenceFileInput: MapInput {
    /// Bytes of records that are given at once, about so many; what is empty is something to do, too.
    private static let chunk = 64 << 10
    private static let recordCost = 32

    var onRead: () -> Void = {}
    let fileLength: Int
    private let file: SequenceFileReader
    private let offset: Int
    private let keys: WritableText
    private let values: WritableText
    private let phases: PhaseClock
    /// Behind a key; nil where keys are not read.
    private let separator: [UInt8]?
    private var key: [UInt8] = []
    private var value: [UInt8] = []

    init(
        _ uri: String, offset: Int, length: Int, asText: Bool, _ rules: RecordRules, _ phases: PhaseClock
    ) throws {
        let path = try FileURI(parsing: uri).path
        file = try SequenceFileReader(path, offset..<offset + length)
        guard file.fileLength >= offset + length else {
            throw FileSystemError(.invalid, "\(uri) has become shorter since the job was submitted")
        }
        keys = try WritableText(file.header.keyClass, asText: asText, path)
        values = try WritableText(file.header.valueClass, asText: asText, path)
        separator = rules.mapInputSeparator
        (self.offset, fileLength, self.phases) = (offset, length, phases)
    }

    var recordCount: Int { file.recordCount }
    var fraction: Int { fileLength > 0 ? min(1000, (file.place - offset) * 1000 / fileLength) : 1000 }

    func nextLines() throws -> [UInt8]? {
        onRead()
        var lines: [UInt8] = []
        try phases.during(.read) {
            while lines.count < Self.chunk, try next() {
                if let separator {
                    lines += key
                    lines += separator
                }
                lines += value
                lines.append(UInt8(ascii: "\n"))
            }
        }
        return lines.isEmpty ? nil : lines
    }

    func nextRecords(
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ isFirst: Bool) throws -> Void
    ) throws -> Bool {
        onRead()
        var given = 0
        while given < Self.chunk {
            guard try phases.during(.read, next) else { return false }
            let (key, value) = (key, value)
            given += key.count + value.count + Self.recordCost
            try onRecord(key.span, value.span, true)
        }
        return true
    }

    private func next() throws -> Bool {
        guard try file.next() else { return false }
        key.removeAll(keepingCapacity: true)
        value.removeAll(keepingCapacity: true)
        let isKnown = file.withRecord { recordKey, recordValue in
            keys.append(recordKey, to: &key) && values.append(recordValue, to: &value)
        }
        guard isKnown else {
            throw FileSystemError(
                .invalid,
                "\(file.path): record \(file.recordCount) from byte \(offset) on is not of the classes that the file names"
            )
        }
        return true
    }
}

/// How keys or values become what a mapper reads.
private struct WritableText {
    private let kind: Writable
    private let asText: Bool

    init(_ className: String, asText: Bool, _ path: String) throws(FileSystemError) {
        guard let kind = Writable(className: className) else {
            throw FileSystemError(.invalid, "\(path) holds \(className), and known are \(Writable.list)")
        }
        (self.kind, self.asText) = (kind, asText)
    }

    /// False when the bytes are no such thing.
    func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) -> Bool {
        guard kind == .bytes, !asText else { return kind.appendText(of: bytes, to: &text) }
        guard let content = kind.content(of: bytes) else { return false }
        text.append(bytes.extracting(content))
        return true
    }
}
