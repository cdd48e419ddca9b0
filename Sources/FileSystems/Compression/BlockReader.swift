public import Records

/// What packed blocks hold, one after another. It holds no more than one of them; see ``BlockCodec``.
public final class BlockReader: ByteSource {
    private var source: any ByteSource
    private let codec: BlockCodec
    private let name: String
    private let start: Int
    private var block: [UInt8] = []
    private var place = 0
    /// Packed bytes taken so far.
    public private(set) var packedCount = 0

    /// - Parameters:
    ///   - name: Of the source, for errors.
    ///   - start: Where the source's first byte is in what the name says.
    public init(_ source: any ByteSource, _ codec: BlockCodec, name: String, start: Int = 0) {
        self.source = source
        self.codec = codec
        self.name = name
        self.start = start
    }

    public func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        if place == block.count {
            (block, place) = ([], 0)
            guard let (whole, packed) = try nextBlock() else { return 0 }
            if whole <= limit {
                try unpack(packed, whole, to: &buffer)
                return whole
            }
            try unpack(packed, whole, to: &block)
        }
        let held = block
        let count = min(limit, held.count - place)
        buffer.append(held.span.extracting(place..<place + count))
        place += count
        return count
    }

    /// Nil at the end.
    private func nextBlock() throws -> (whole: Int, packed: [UInt8])? {
        let header = try take(BlockCodec.headerLength)
        if header.isEmpty { return nil }
        guard header.count == BlockCodec.headerLength else { throw broken("ends too early") }
        guard let (whole, count) = BlockCodec.lengths(header) else { throw broken("is none") }
        let packed = try take(count)
        guard packed.count == count else { throw broken("ends too early") }
        packedCount += BlockCodec.headerLength + count
        return (whole, packed)
    }

    private func take(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, try source.read(into: &bytes, limit: count - bytes.count) > 0 {}
        return bytes
    }

    private func unpack(_ packed: [UInt8], _ count: Int, to output: inout [UInt8]) throws {
        guard codec.unpack(packed, count: count, to: &output) else {
            packedCount -= BlockCodec.headerLength + packed.count
            throw broken("is damaged")
        }
    }

    private func broken(_ how: String) -> FileSystemError {
        FileSystemError(.invalid, "\(name): the compressed block at byte \(start + packedCount) \(how)")
    }
}
