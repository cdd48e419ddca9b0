internal import FileSystems
internal import Records

/// The lines of a split, in chunks for a child's standard input.
final class SplitInput {
    private static let chunk = 64 << 10

    private var source: any ByteSource
    private var lines: SplitLines
    private let length: Int
    private var read = 0
    private var raw: [UInt8] = []
    private var isAtEnd = false

    init(_ uri: FileURI, offset: Int, length: Int) throws {
        self.length = length
        if let format = CompressionFormat(ofFile: uri.path) {
            source = try CompressedFileReader(uri.path, format)
            lines = SplitLines(start: 0, end: .max)
        } else {
            let reader = try FileReader(uri.path, offset: offset)
            // Another file has taken the place of the one that was cut into splits.
            guard reader.length >= offset + length else {
                throw FileSystemError(.invalid, "\(uri) has become shorter since the job was submitted")
            }
            source = reader
            lines = SplitLines(start: offset, end: offset + length)
        }
    }

    var lineCount: Int { lines.lineCount }

    /// Thousandths.
    var fraction: Int { length > 0 ? min(1000, read * 1000 / length) : 1000 }

    /// Nil at the end.
    func next() throws -> [UInt8]? {
        var output: [UInt8] = []
        while output.isEmpty, !lines.isDone, !isAtEnd {
            raw.removeAll(keepingCapacity: true)
            let count = try source.read(into: &raw, limit: Self.chunk)
            read += count
            if count == 0 {
                isAtEnd = true
                lines.finish(into: &output)
            } else {
                lines.take(raw.span, into: &output)
            }
        }
        return output.isEmpty ? nil : output
    }
}
