/// A format of compressed files. The end of a file's name tells it, as in Hadoop's CompressionCodecFactory.
public enum CompressionFormat: String, CaseIterable, Sendable {
    /// zlib's own format (Hadoop's DefaultCodec and DeflateCodec).
    case deflate
    case gzip = "gz"
    case bzip2 = "bz2"
    case zstandard = "zst"

    /// Of the names of its files.
    public var suffix: String { ".\(rawValue)" }

    /// Of the file; nil when it is not compressed, as far as its name tells.
    public init?(ofFile path: String) {
        guard let format = Self.allCases.first(where: { path.hasSuffix($0.suffix) }) else { return nil }
        self = format
    }

    /// Endings that Hadoop takes for compressed files too, in frames of its own making: read as text, they would be rubbish.
    static let unknownSuffixes = [".snappy", ".lz4", ".lzo", ".lzo_deflate", ".passthrough"]

    var name: String {
        switch self {
        case .deflate: "zlib"
        case .gzip: "gzip"
        case .bzip2: "bzip2"
        case .zstandard: "zstd"
        }
    }

    func makeDecompressor() throws(CompressionError) -> any Decompressor {
        switch self {
        case .deflate: try Inflater(.zlib)
        case .gzip: try Inflater(.gzip)
        case .bzip2: try Bzip2Decompressor()
        case .zstandard: try ZstandardDecompressor()
        }
    }

    func makeCompressor() throws(CompressionError) -> any Compressor {
        switch self {
        case .deflate: try Deflater(.zlib)
        case .gzip: try Deflater(.gzip)
        case .bzip2: try Bzip2Compressor()
        case .zstandard: try ZstandardCompressor()
        }
    }
}

/// What a library says is wrong with compressed bytes, or with itself.
struct CompressionError: Error, Hashable {
    let reason: String

    static let endsTooEarly = CompressionError(reason: "it ends where more of it should follow")
    static let noMemory = CompressionError(reason: "there is no memory for it")
}

/// What one call of a library has done.
struct CompressionStep {
    /// Bytes of the input that it needs no more.
    var taken: Int
    /// Bytes of output.
    var given: Int
    /// A member (gzip), stream (bzip2) or frame (zstd) is at its end.
    var isEnd: Bool
}

/// Unpacks the members of a compressed file, in memory that does not depend on their length.
protocol Decompressor: AnyObject {
    func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> CompressionStep

    /// What comes next is the beginning of a member.
    func reset() throws(CompressionError)
}

/// Packs bytes into one member, or into one after another.
protocol Compressor: AnyObject {
    /// What comes next is the beginning of a member.
    func reset() throws(CompressionError)

    /// - Parameter isLast: Nothing comes behind the input; to be repeated until the step says that it is the end.
    func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
    ) throws(CompressionError) -> CompressionStep
}
