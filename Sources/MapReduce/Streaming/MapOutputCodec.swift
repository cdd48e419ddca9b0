internal import FileSystems

extension StreamingArguments {
    /// Nil when what goes from maps to reducers is not to be compressed.
    func mapOutputCompression() throws(StreamingError) -> BlockFormat? {
        try flag(.compressesMapOutput) ? MapOutputCodec.format(of: value(.mapOutputCodec)) : nil
    }
}

/// Hadoop's codecs by the names of their classes, as far as they are known between maps and reducers. There, nobody sees
/// the bytes: what only wraps them otherwise, or is meant to be as fast, is done by the nearest.
enum MapOutputCodec {
    private static let package = "org.apache.hadoop.io.compress"

    private static let all: [(name: String, format: BlockFormat)] = [
        ("DefaultCodec", .zlib), ("DeflateCodec", .zlib), ("GzipCodec", .zlib), ("Lz4Codec", .lz4),
        ("SnappyCodec", .lz4), ("ZStandardCodec", .zstandard),
    ]

    static var list: String { all.map(\.name).joined(separator: ", ") }

    static func format(of className: String) throws(StreamingError) -> BlockFormat {
        let name = JavaClass.name(of: className, in: [package])
        guard let codec = all.first(where: { $0.name == name }) else {
            throw StreamingError(
                "there is no codec '\(className)' for map output, only \(list), each of the package \(package)")
        }
        return codec.format
    }
}
