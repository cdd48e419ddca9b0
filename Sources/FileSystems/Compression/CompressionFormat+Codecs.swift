/// Hadoop's classes that compress.
extension CompressionFormat {
    public static let codecPackage = "org.apache.hadoop.io.compress"

    /// Of the package. The first for a format is the one that is written.
    public static let codecs: [(name: String, format: CompressionFormat)] = [
        ("DefaultCodec", .deflate), ("DeflateCodec", .deflate), ("GzipCodec", .gzip), ("BZip2Codec", .bzip2),
        ("ZStandardCodec", .zstandard),
    ]

    /// - Parameter codecClass: With its package, as it stands in files.
    init?(codecClass: String) {
        guard let codec = Self.codecs.first(where: { "\(Self.codecPackage).\($0.name)" == codecClass }) else {
            return nil
        }
        self = codec.format
    }

    var codecClass: String {
        "\(Self.codecPackage).\(Self.codecs.first { $0.format == self }?.name ?? "")"
    }
}
