internal import FileSystems

extension StreamingArguments {
    /// Nil when the output is not to be compressed.
    func outputCompression() throws(StreamingError) -> CompressionFormat? {
        let format = try OutputCodec.format(of: value(.outputCodec))
        return try flag(.compressesOutput) ? format : nil
    }
}

/// Hadoop's codecs by the names of their classes.
enum OutputCodec {
    private static let package = "org.apache.hadoop.io.compress"

    private static let all: [(name: String, format: CompressionFormat)] = [
        ("DefaultCodec", .deflate), ("DeflateCodec", .deflate), ("GzipCodec", .gzip), ("BZip2Codec", .bzip2),
        ("ZStandardCodec", .zstandard),
    ]

    static var list: String { all.map(\.name).joined(separator: ", ") }

    static func format(of className: String) throws(StreamingError) -> CompressionFormat {
        let name = JavaClass.name(of: className, in: [package])
        guard let codec = all.first(where: { $0.name == name }) else {
            throw StreamingError("there is no codec '\(className)', only \(list), each of the package \(package)")
        }
        return codec.format
    }
}
