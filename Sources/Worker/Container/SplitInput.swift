internal import ClusterModel
internal import FileSystems
internal import Records

/// What a mapper reads of its split, in chunks for its standard input.
final class SplitInput {
    private static let chunk = 64 << 10

    /// Of the split's first file, in bytes.
    let fileLength: Int
    private var file: InputFileLines
    /// Files that come behind, the next one last.
    private var rest: [FileURI]
    private let length: Int
    private let isCombined: Bool
    private let program: StreamingProgram
    private var keyValues: KeyValueLines?
    /// Lines and bytes of files that are read.
    private var pastLines = 0
    private var pastBytes = 0
    private var isAtEnd = false

    init(_ uri: String, offset: Int, length: Int, more: [String], _ program: StreamingProgram) throws {
        self.length = length
        isCombined = !more.isEmpty
        self.program = program
        rest = try more.reversed().map { try FileURI(parsing: $0) }
        let range = more.isEmpty ? offset..<offset + length : nil
        file = try InputFileLines(FileURI(parsing: uri), range, program)
        fileLength = more.isEmpty ? length : file.length
        switch program.mapperInput {
        case .line, .offsetAndLine: keyValues = nil
        case .keyAndValue: keyValues = KeyValueLines(separator: program.keyValueSeparator)
        case .value: keyValues = KeyValueLines(separator: program.keyValueSeparator, keepsKeys: false)
        }
    }

    var lineCount: Int { pastLines + file.lineCount }

    /// Thousandths.
    var fraction: Int { length > 0 ? min(1000, (pastBytes + file.byteCount) * 1000 / length) : 1000 }

    /// Nil at the end.
    func next() throws -> [UInt8]? {
        var output: [UInt8] = []
        while output.isEmpty, !isAtEnd {
            if try !file.read(into: &output, limit: Self.chunk) { try openNext() }
            if keyValues != nil, !output.isEmpty {
                let lines = output
                output = []
                keyValues?.take(lines.span, into: &output)
            }
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
        file = try InputFileLines(uri, nil, program)
    }
}
