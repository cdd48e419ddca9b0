public import Records

/// Writes a SequenceFile as Hadoop's writers do (SequenceFile.Writer, RecordCompressWriter, BlockCompressWriter).
public final class SequenceFileWriter {
    /// Bytes between two syncs (SYNC_INTERVAL).
    static let syncInterval = 5 * 1024 * (SequenceFileHeader.syncLength + SequenceFileHeader.escape.count)
    /// Bytes of keys and values that are compressed together (`io.seqfile.compress.blocksize`).
    static let blockSize = 1_000_000

    private let file: FileWriter
    private let header: SequenceFileHeader
    /// Nil where nothing is compressed.
    private let packer: MemberPacker?
    private var lastSync: Int
    private var block = OpenBlock()
    private var unpacked: [UInt8] = []
    private var packed: [UInt8] = []
    private var lengths: [UInt8] = []
    public private(set) var recordCount = 0

    /// Makes the file, or empties it; its folder must be there.
    ///
    /// - Parameter format: What compresses, unless nothing is compressed.
    public init(
        _ path: String, key: Writable, value: Writable, _ compression: SequenceFileHeader.Compression = .none,
        _ format: CompressionFormat = .deflate, allowance: WriteAllowance? = nil
    ) throws {
        let sync = (0..<SequenceFileHeader.syncLength).map { _ in UInt8.random(in: 0...255) }
        header = SequenceFileHeader(
            keyClass: key.className, valueClass: value.className, compression, codecClass: format.codecClass, sync: sync
        )
        packer =
            try compression == .none
            ? nil
            : FileSystemError.explaining(path, "cannot be compressed") { () throws(CompressionError) in
                try MemberPacker(format)
            }
        file = try FileWriter(path, allowance: allowance)
        let bytes = header.encoded
        try file.write(bytes.span)
        lastSync = bytes.count
    }

    /// - Parameters:
    ///   - key: In the bytes of its class; see ``Records/Writable``.
    ///   - value: The same.
    /// - Throws: A record of 2^31 bytes and more is refused.
    public func append(_ key: Span<UInt8>, _ value: Span<UInt8>) throws {
        try check(key.count + value.count)
        recordCount += 1
        switch header.compression {
        case .none: try append(key, packed: value)
        case .record:
            unpacked.removeAll(keepingCapacity: true)
            unpacked.append(value)
            try pack(&unpacked)
            let packed = packed
            try append(key, packed: packed.span)
        case .block:
            if block.count > 0, block.byteCount + key.count + value.count > Self.blockSize { try writeBlock() }
            block.add(key, value)
        }
    }

    /// Writes what is left and closes the file.
    public func close() throws {
        if block.count > 0 { try writeBlock() }
        try file.close()
    }

    private func append(_ key: Span<UInt8>, packed value: Span<UInt8>) throws {
        try check(key.count + value.count)
        if file.byteCount >= lastSync + Self.syncInterval { try writeSync() }
        lengths.removeAll(keepingCapacity: true)
        Writable.append(Int64(key.count + value.count), count: 4, to: &lengths)
        Writable.append(Int64(key.count), count: 4, to: &lengths)
        let lengths = lengths
        try file.write(lengths.span)
        try file.write(key)
        try file.write(value)
    }

    private func check(_ byteCount: Int) throws(FileSystemError) {
        guard byteCount <= Int(Int32.max) else {
            throw FileSystemError(
                .invalid, "\(file.path): a record of \(byteCount) bytes is longer than SequenceFiles hold")
        }
    }

    private func writeBlock() throws {
        try writeSync()
        var count: [UInt8] = []
        HadoopVarint.append(Int64(block.count), to: &count)
        try file.write(count.span)
        try writePart(&block.keyLengths)
        try writePart(&block.keys)
        try writePart(&block.valueLengths)
        try writePart(&block.values)
        block.removeAll()
    }

    private func writePart(_ part: inout [UInt8]) throws {
        try pack(&part)
        lengths.removeAll(keepingCapacity: true)
        HadoopVarint.append(Int64(packed.count), to: &lengths)
        let (lengths, packed) = (lengths, packed)
        try file.write(lengths.span)
        try file.write(packed.span)
    }

    private func writeSync() throws {
        let mark = SequenceFileHeader.escape + header.sync
        try file.write(mark.span)
        lastSync = file.byteCount
    }

    /// Leaves it in ``packed``.
    private func pack(_ bytes: inout [UInt8]) throws(FileSystemError) {
        try FileSystemError.explaining(file.path, "cannot be compressed") { () throws(CompressionError) in
            try packer?.pack(&bytes, into: &packed)
        }
    }
}

/// Records that will be compressed together.
private struct OpenBlock {
    var count = 0
    var keyLengths: [UInt8] = []
    var keys: [UInt8] = []
    var valueLengths: [UInt8] = []
    var values: [UInt8] = []

    var byteCount: Int { keys.count + values.count }

    mutating func add(_ key: Span<UInt8>, _ value: Span<UInt8>) {
        count += 1
        HadoopVarint.append(Int64(key.count), to: &keyLengths)
        keys.append(key)
        HadoopVarint.append(Int64(value.count), to: &valueLengths)
        values.append(value)
    }

    /// The memory is used again.
    mutating func removeAll() {
        count = 0
        keyLengths.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        valueLengths.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}
