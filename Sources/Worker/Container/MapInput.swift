internal import FileSystems
internal import Records

/// The lines of a split: each a value, whose key is its place in the file (Hadoop's LineRecordReader).
final class MapInput: StepInput {
    private let context: AttemptContext
    private let split: SplitInput
    /// Between key and value for a program; nil when it reads values only.
    private let separator: [UInt8]?
    private let usesKeys: Bool
    private var lines = LineDecoder()
    /// Of lines that are not whole yet.
    private var starts: [Int] = []

    /// - Parameters:
    ///   - separator: Between key and value for a program; nil when it reads values only.
    ///   - usesKeys: A built-in step looks at keys.
    init(
        _ context: AttemptContext, uri: String, offset: Int, length: Int, separator: [UInt8]?, usesKeys: Bool
    ) throws {
        self.context = context
        self.separator = separator
        self.usesKeys = usesKeys || separator != nil
        split = try SplitInput(FileURI(parsing: uri), offset: offset, length: length, notesStarts: self.usesKeys)
    }

    var lineCount: Int { split.lineCount }

    func nextLines() throws -> [UInt8]? {
        guard let separator else { return try nextChunk() }
        var output: [UInt8] = []
        while output.isEmpty {
            let isMore = try nextRecords { key, value, _ in
                output.append(key)
                output.append(separator.span)
                output.append(value)
                output.append(UInt8(ascii: "\n"))
            }
            if !isMore { break }
        }
        return output.isEmpty ? nil : output
    }

    func nextRecords(
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ isFirst: Bool) throws -> Void
    ) throws -> Bool {
        guard let chunk = try nextChunk() else { return false }
        starts += split.takeLineStarts()
        var count = 0
        try lines.decode(chunk.span) { line in
            let key = usesKeys ? Array(String(starts[count]).utf8) : []
            count += 1
            try onRecord(key.span, line, true)
        }
        if usesKeys { starts.removeFirst(count) }
        return true
    }

    private func nextChunk() throws -> [UInt8]? {
        context.fraction = split.fraction
        return try split.next()
    }
}
