/// The beginning of one of Hadoop's SequenceFiles (org.apache.hadoop.io.SequenceFile): what its records are, and the bytes
/// that stand between them now and then, by which one who begins to read in the middle finds a record.
public struct SequenceFileHeader: Hashable, Sendable {
    /// What is compressed.
    public enum Compression: Hashable, Sendable, CaseIterable {
        case none
        /// Each value.
        case record
        /// Many keys, and many values.
        case block
    }

    public static let syncLength = 16
    /// What stands before a sync, in place of a record's length.
    public static let escape: [UInt8] = [255, 255, 255, 255]
    /// Bytes; what is beyond is no header.
    static let limit = 1 << 20
    private static let start: [UInt8] = [UInt8(ascii: "S"), UInt8(ascii: "E"), UInt8(ascii: "Q"), 6]

    public var keyClass: String
    public var valueClass: String
    public var compression: Compression
    /// Java's class that compresses; empty for none.
    public var codecClass: String
    public var metadata: [Entry] = []
    public var sync: [UInt8]

    public struct Entry: Hashable, Sendable {
        public var key: [UInt8]
        public var value: [UInt8]

        public init(key: [UInt8], value: [UInt8]) { (self.key, self.value) = (key, value) }
    }

    /// - Parameter sync: ``syncLength`` bytes that no record is likely to hold.
    public init(
        keyClass: String, valueClass: String, _ compression: Compression, codecClass: String, sync: [UInt8]
    ) {
        precondition(sync.count == Self.syncLength)
        (self.keyClass, self.valueClass, self.sync) = (keyClass, valueClass, sync)
        (self.compression, self.codecClass) = (compression, codecClass)
    }

    public var encoded: [UInt8] {
        var bytes = Self.start
        Self.append(keyClass, to: &bytes)
        Self.append(valueClass, to: &bytes)
        bytes += [compression == .none ? 0 : 1, compression == .block ? 1 : 0]
        if compression != .none { Self.append(codecClass, to: &bytes) }
        Writable.append(Int64(metadata.count), count: 4, to: &bytes)
        for entry in metadata {
            for part in [entry.key, entry.value] {
                HadoopVarint.append(Int64(part.count), to: &bytes)
                bytes += part
            }
        }
        return bytes + sync
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        HadoopVarint.append(Int64(text.utf8.count), to: &bytes)
        bytes += text.utf8
    }

    /// Reads the header at the beginning of a file.
    ///
    /// - Returns: The header and the number of its bytes; nil when more bytes are needed to tell.
    /// - Throws: ``SequenceFileError`` when no header begins so.
    public static func decode(_ bytes: Span<UInt8>) throws(SequenceFileError) -> (header: Self, byteCount: Int)? {
        var reader = HeaderBytes(count: bytes.count)
        guard let start = reader.take(4) else { return nil }
        let first = Array(bytes, start)
        guard first[..<3] == Self.start[..<3] else { throw SequenceFileError(.notOne) }
        guard first[3] == Self.start[3] else { throw SequenceFileError(.version(Int(first[3]))) }
        guard let keyClass = try reader.takeText(bytes), let valueClass = try reader.takeText(bytes),
            let flags = reader.take(2)
        else { return nil }
        let isCompressed = bytes[flags.lowerBound] != 0
        let compression: Compression = !isCompressed ? .none : bytes[flags.lowerBound + 1] != 0 ? .block : .record
        var codec: [UInt8] = []
        if isCompressed {
            guard let name = try reader.takeText(bytes) else { return nil }
            codec = name
        }
        guard let metadata = try reader.takeMetadata(bytes), let sync = reader.take(syncLength) else { return nil }
        var header = Self(
            keyClass: text(keyClass), valueClass: text(valueClass), compression, codecClass: text(codec),
            sync: Array(bytes, sync))
        header.metadata = metadata
        return (header, sync.upperBound)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// What is wrong with a file that should be a SequenceFile.
public struct SequenceFileError: Error, Hashable {
    public enum Reason: Hashable, Sendable {
        case notOne
        case version(Int)
        case header
        case record
        case sync
        case truncated
    }

    public let reason: Reason

    public init(_ reason: Reason) { self.reason = reason }

    /// As a sentence's end.
    public var text: String {
        switch reason {
        case .notOne: "it does not begin with SEQ"
        case .version(let number): "it is of version \(number), and 6 is known alone"
        case .header: "its header is damaged"
        case .record: "lengths of a record or block that cannot be"
        case .sync: "other bytes where the file's sync should stand"
        case .truncated: "it ends within a record"
        }
    }
}

/// How far a header is read.
private struct HeaderBytes {
    let count: Int
    var place = 0

    init(count: Int) { self.count = count }

    /// Nil when there are not so many yet.
    mutating func take(_ length: Int) -> Range<Int>? {
        guard length <= count - place else { return nil }
        defer { place += length }
        return place..<place + length
    }

    /// A HadoopVarint with a length, and what is so long.
    mutating func takeText(_ bytes: Span<UInt8>) throws(SequenceFileError) -> [UInt8]? {
        guard place < count, HadoopVarint.length(bytes[place]) <= count - place else { return nil }
        guard let (length, start) = HadoopVarint.decodeCount(bytes, at: place),
            start + length <= SequenceFileHeader.limit
        else { throw SequenceFileError(.header) }
        place = start
        return take(length).map { Array(bytes, $0) }
    }

    mutating func takeMetadata(_ bytes: Span<UInt8>) throws(SequenceFileError) -> [SequenceFileHeader.Entry]? {
        guard let number = take(4) else { return nil }
        let entryCount = Array(bytes, number).reduce(0) { $0 << 8 | Int($1) }
        guard entryCount <= SequenceFileHeader.limit else { throw SequenceFileError(.header) }
        var entries: [SequenceFileHeader.Entry] = []
        for _ in 0..<entryCount {
            guard let key = try takeText(bytes), let value = try takeText(bytes) else { return nil }
            entries.append(SequenceFileHeader.Entry(key: key, value: value))
        }
        return entries
    }
}

extension [UInt8] {
    fileprivate init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self.init()
        append(bytes.extracting(range))
    }
}
