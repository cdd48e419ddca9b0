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

    /// - Parameter notesStarts: See ``takeLineStarts()``.
    init(_ uri: FileURI, offset: Int, length: Int, notesStarts: Bool = false) throws {
        self.length = length
        if uri.path.hasSuffix(".gz") {
            source = try GzipReader(uri.path)
            lines = SplitLines(start: 0, end: .max, notesStarts: notesStarts)
        } else {
            let reader = try FileReader(uri.path, offset: offset)
            // Another file has taken the place of the one that was cut into splits.
            guard reader.length >= offset + length else {
                throw FileSystemError(.invalid, "\(uri) has become shorter since the job was submitted")
            }
            source = reader
            lines = SplitLines(start: offset, end: offset + length, notesStarts: notesStarts)
        }
    }

    var lineCount: Int { lines.lineCount }

    /// See ``SplitLines``.
    func takeLineStarts() -> [Int] { lines.takeLineStarts() }

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
