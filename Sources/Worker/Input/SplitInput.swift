internal import FileSystems
internal import Records

/// The lines of a split, in chunks for a child's standard input.
final class SplitInput {
    private let chunk: Int
    /// Of the split's first file, in bytes.
    let fileLength: Int
    private var file: InputFileLines
    /// Files that come behind, the next one last.
    private var rest: [FileURI]
    private let length: Int
    private let isCombined: Bool
    private let style: InputFileLines.Style
    /// Lines and bytes of files that are read.
    private var pastLines = 0
    private var pastBytes = 0
    private var isAtEnd = false

    /// - Parameter chunk: Bytes of the file that are read at once.
    init(
        _ uri: String, offset: Int, length: Int, more: [String], _ style: InputFileLines.Style, chunk: Int = 64 << 10
    ) throws {
        self.chunk = chunk
        self.length = length
        isCombined = !more.isEmpty
        self.style = style
        rest = try more.reversed().map { try FileURI(parsing: $0) }
        let range = more.isEmpty ? offset..<offset + length : nil
        file = try InputFileLines(FileURI(parsing: uri), range, style)
        fileLength = more.isEmpty ? length : file.length
    }

    var lineCount: Int { pastLines + file.lineCount }

    /// Thousandths.
    var fraction: Int { length > 0 ? min(1000, (pastBytes + file.byteCount) * 1000 / length) : 1000 }

    /// Nil at the end.
    func next() throws -> [UInt8]? {
        var output: [UInt8] = []
        while output.isEmpty, !isAtEnd {
            if try !file.read(into: &output, limit: chunk) { try openNext() }
        }
        return output.isEmpty ? nil : output
    }

    private func openNext() throws {
        guard let uri = rest.popLast() else {
            isAtEnd = true
            guard !isCombined || pastBytes + file.byteCount >= length else {
                throw FileSystemError(.invalid, "the split's files have become shorter since the job was submitted")
            }
            return
        }
        pastLines += file.lineCount
        pastBytes += file.byteCount
        file = try InputFileLines(uri, nil, style)
    }
}
