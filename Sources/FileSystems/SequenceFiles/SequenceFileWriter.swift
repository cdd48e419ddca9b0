public import Records

/// Writes a SequenceFile as Hadoop's writers do (SequenceFile.Writer, RecordCompressWriter, BlockCompressWriter).
public final class SequenceFileWriter {
    /// Bytes between two syncs (SYNC_INTERVAL).
    static let syncInterval = 5 * 1024 * (SequenceFileHeader.syncLength + SequenceFileHeader.escape.count)
    /// Bytes of keys and values that are compressed together (`io.seqfile.compress.blocksize`).
    static let blockSize = 1_000_000

    private let file: FileWriter
    private let header: SequenceFileHeader
    private let packer: MemberPacker
    private var lastSync: Int
    private var block = OpenBlock()
    /// Before they are compressed.
    public private(set) var byteCount = 0
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
            keyClass: key.className, valueClass: value.className, compression,
            codecClass: format.codecClass, sync: sync)
        packer = MemberPacker(format)
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
        recordCount += 1
        byteCount += key.count + value.count
        guard header.compression != .block else {
            block.add(key, value)
            if block.byteCount >= Self.blockSize { try writeBlock() }
            return
        }
        if file.byteCount >= lastSync + Self.syncInterval { try writeSync() }
        var packed: [UInt8] = []
        packed.append(value)
        if header.compression == .record { packed = try pack(packed) }
        guard key.count + packed.count <= Int(Int32.max) else {
            throw FileSystemError(
                .invalid, "a record of \(key.count + packed.count) bytes is longer than SequenceFiles hold")
        }
        var lengths: [UInt8] = []
        Self.append(key.count + packed.count, to: &lengths)
        Self.append(key.count, to: &lengths)
        try file.write(lengths.span)
        try file.write(key)
        try file.write(packed.span)
    }

    /// Writes what is left and closes the file.
    public func close() throws {
        if block.count > 0 { try writeBlock() }
        try file.close()
    }

    private func writeBlock() throws {
        try writeSync()
        var bytes: [UInt8] = []
        HadoopVarint.append(Int64(block.count), to: &bytes)
        for part in [block.keyLengths, block.keys, block.valueLengths, block.values] {
            let packed = try pack(part)
            HadoopVarint.append(Int64(packed.count), to: &bytes)
            bytes += packed
        }
        try file.write(bytes.span)
        block = OpenBlock()
    }

    private func writeSync() throws {
        let mark = SequenceFileHeader.escape + header.sync
        try file.write(mark.span)
        lastSync = file.byteCount
    }

    private func pack(_ bytes: [UInt8]) throws(FileSystemError) -> [UInt8] {
        do throws(CompressionError) {
            return try packer.pack(bytes)
        } catch {
            throw FileSystemError(.invalid, "\(file.path) cannot be compressed: \(error.reason)")
        }
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        for place in (0..<4).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
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
}
