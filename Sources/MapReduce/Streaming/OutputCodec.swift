internal import FileSystems

extension StreamingArguments {
    /// Nil when the output is not to be compressed.
    func outputCompression() throws(StreamingError) -> CompressionFormat? {
        let format = try OutputCodec.format(of: value(.outputCodec))
        return try outputFiles().isCompressed ? format : nil
    }
}

/// Hadoop's codecs by the names of their classes.
enum OutputCodec {
    private static let package = CompressionFormat.codecPackage

    static var list: String { CompressionFormat.codecs.map(\.name).joined(separator: ", ") }

    static func format(of className: String) throws(StreamingError) -> CompressionFormat {
        let name = JavaClass.name(of: className, in: [package])
        guard let codec = CompressionFormat.codecs.first(where: { $0.name == name }) else {
            throw StreamingError("there is no codec '\(className)', only \(list), each of the package \(package)")
        }
        return codec.format
    }
}
