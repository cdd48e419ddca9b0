internal import CLz4
internal import CZlib
internal import CZstd
internal import Records

/// How the bytes between maps and reducers are compressed.
public enum BlockFormat: String, CaseIterable, Sendable {
    case lz4
    case zstandard = "zst"
    case zlib = "deflate"
}

/// Packs bytes block by block, each of which can be unpacked without the others.
///
/// A block is the number of its bytes, the number of its packed bytes, four bytes each with the lowest first, and the packed
/// ones. The codec is one thread's.
public final class BlockCodec {
    /// Bytes of a block before it is packed, at most. A reducer holds one of each map's output.
    public static let blockLimit = 32 << 10
    static let headerLength = 8
    /// Bytes of a packed block, at most, whatever the format.
    static let packedLimit = blockLimit + 1024

    private let format: BlockFormat
    private let compressor: OpaquePointer?
    private let decompressor: OpaquePointer?

    public init(_ format: BlockFormat) throws(FileSystemError) {
        self.format = format
        let isZstandard = format == .zstandard
        compressor = isZstandard ? ZSTD_createCCtx() : nil
        decompressor = isZstandard ? ZSTD_createDCtx() : nil
        guard !isZstandard || compressor != nil && decompressor != nil else {
            throw FileSystemError(.invalid, "there is no memory for compression")
        }
    }

    deinit {
        ZSTD_freeCCtx(compressor)
        ZSTD_freeDCtx(decompressor)
    }

    /// Appends a block.
    public func pack(_ bytes: Span<UInt8>, to output: inout [UInt8]) throws(FileSystemError) {
        precondition(bytes.count <= Self.blockLimit)
        let start = output.count
        var count: Int?
        output.append(addingCapacity: Self.headerLength + Self.packedLimit) { room in
            for _ in 0..<Self.headerLength { room.append(0) }
            room.withUnsafeMutableBufferPointer { free, filled in
                let target = UnsafeMutableBufferPointer(rebasing: free[filled..<filled + Self.packedLimit])
                count = bytes.withUnsafeBufferPointer { compress($0, target) }
                filled += count ?? 0
            }
        }
        guard let count else { throw FileSystemError(.invalid, "\(format.rawValue) cannot pack \(bytes.count) bytes") }
        for place in 0..<4 {
            output[start + place] = UInt8(truncatingIfNeeded: bytes.count >> (8 * place))
            output[start + 4 + place] = UInt8(truncatingIfNeeded: count >> (8 * place))
        }
    }

    /// Of a block, from its header; nil when there can be no such block.
    static func lengths(_ header: [UInt8]) -> (whole: Int, packed: Int)? {
        func number(at start: Int) -> Int { (0..<4).reduce(0) { $0 | Int(header[start + $1]) << (8 * $1) } }
        let (whole, packed) = (number(at: 0), number(at: 4))
        return 1...blockLimit ~= whole && 1...packedLimit ~= packed ? (whole, packed) : nil
    }

    /// Appends what the packed bytes were; false when they were not so many.
    func unpack(_ packed: [UInt8], count: Int, to output: inout [UInt8]) -> Bool {
        var isWhole = false
        output.append(addingCapacity: count) { room in
            room.withUnsafeMutableBufferPointer { free, filled in
                let target = UnsafeMutableBufferPointer(rebasing: free[filled..<filled + count])
                isWhole = packed.withUnsafeBufferPointer { decompress($0, target) } == count
                if isWhole { filled += count }
            }
        }
        return isWhole
    }

    private func compress(_ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        switch format {
        case .lz4:
            let count = input.withMemoryRebound(to: CChar.self) { input in
                output.withMemoryRebound(to: CChar.self) { output in
                    LZ4_compress_default(input.baseAddress, output.baseAddress, CInt(input.count), CInt(output.count))
                }
            }
            return count > 0 ? Int(count) : nil
        case .zstandard:
            // They are read once and soon: the fastest level.
            let count = ZSTD_compressCCtx(
                compressor, output.baseAddress, output.count, input.baseAddress, input.count, 1)
            return ZSTD_isError(count) == 0 ? count : nil
        case .zlib:
            var count = uLong(output.count)
            let code = compress2(output.baseAddress, &count, input.baseAddress, uLong(input.count), Z_BEST_SPEED)
            return code == Z_OK ? Int(count) : nil
        }
    }

    private func decompress(_ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        switch format {
        case .lz4:
            let count = input.withMemoryRebound(to: CChar.self) { input in
                output.withMemoryRebound(to: CChar.self) { output in
                    LZ4_decompress_safe(input.baseAddress, output.baseAddress, CInt(input.count), CInt(output.count))
                }
            }
            return count >= 0 ? Int(count) : nil
        case .zstandard:
            let count = ZSTD_decompressDCtx(
                decompressor, output.baseAddress, output.count, input.baseAddress, input.count)
            return ZSTD_isError(count) == 0 ? count : nil
        case .zlib:
            var count = uLong(output.count)
            let code = uncompress(output.baseAddress, &count, input.baseAddress, uLong(input.count))
            return code == Z_OK ? Int(count) : nil
        }
    }
}
