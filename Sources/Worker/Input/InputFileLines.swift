internal import FileSystems
internal import Records

/// The lines of a piece of a file, or of a whole one.
final class InputFileLines {
    struct Style {
        /// Pieces are whole lines, rather than begin and end anywhere.
        var isAligned = false
        /// Behind each line's place, which comes before the line; nil: lines come alone.
        var placeSeparator: [UInt8]?
    }

    /// Of the file as it is on the disk.
    let length: Int
    private var source: any ByteSource
    /// Nil for a file that is read as it is, and for lines that are places of a compressed file's content.
    private let packed: (any PackedSource)?
    private var lines: SplitLines
    private var raw: [UInt8] = []
    /// Bytes of the piece that were read.
    private(set) var byteCount = 0
    private(set) var lineCount = 0
    /// Nothing has been read, and what comes is the file's beginning.
    private var isAtStart: Bool
    private var isAtEnd = false
    /// The piece ends where its lines have been told.
    private var isEndKnown: Bool

    /// - Parameter range: Bytes, also of a compressed file, unless its lines are aligned: then they are of its content. Nil is
    ///   all of the file.
    init(_ uri: FileURI, _ range: Range<Int>?, _ style: Style) throws {
        let start: Int
        if let format = CompressionFormat(ofFile: uri.path), !style.isAligned {
            let packed = try format.reader(uri.path, range)
            try Self.check(uri, packed.fileLength, range)
            (source, self.packed, length, start) = (packed, packed, packed.fileLength, packed.start)
        } else if let format = CompressionFormat(ofFile: uri.path) {
            let reader = try format.reader(uri.path)
            (source, packed, length, start) = (reader, nil, reader.fileLength, range?.lowerBound ?? 0)
            try Self.skip(start, of: reader, uri)
        } else {
            let reader = try FileReader(uri.path, offset: range?.lowerBound ?? 0)
            try Self.check(uri, reader.length, range)
            (source, packed, length, start) = (reader, nil, reader.length, range?.lowerBound ?? 0)
        }
        isAtStart = start == 0
        isEndKnown = packed == nil
        lines = SplitLines(
            start: start, end: isEndKnown ? range?.upperBound ?? .max : .max, isAligned: style.isAligned,
            placeSeparator: style.placeSeparator)
    }

    /// Another file may have taken the place of the one that was cut into splits.
    private static func check(_ uri: FileURI, _ length: Int, _ range: Range<Int>?) throws(FileSystemError) {
        guard length < range?.upperBound ?? 0 else { return }
        throw FileSystemError(.invalid, "\(uri) has become shorter since the job was submitted")
    }

    private static func skip(_ count: Int, of source: any PackedSource, _ uri: FileURI) throws {
        var source = source
        var content: [UInt8] = []
        var left = count
        while left > 0 {
            let count = try source.read(into: &content, limit: min(left, 64 << 10))
            guard count > 0 else {
                throw FileSystemError(.invalid, "\(uri) has become shorter since the job was submitted")
            }
            left -= count
            content.removeAll(keepingCapacity: true)
        }
    }

    /// Appends the lines that come of the next bytes, which may be none.
    ///
    /// - Returns: False when nothing more will come.
    func read(into output: inout [UInt8], limit: Int) throws -> Bool {
        guard !isAtEnd else { return false }
        raw.removeAll(keepingCapacity: true)
        let count = try isAtStart ? readStart(limit: limit) : source.read(into: &raw, limit: limit)
        if !isEndKnown, let packed, let contentLength = packed.contentLength {
            isEndKnown = true
            lines.end(at: packed.start + contentLength)
        }
        if count == 0 { lines.finish(into: &output) } else { lines.take(raw.span, into: &output) }
        byteCount = packed?.packedCount ?? byteCount + count
        lineCount = lines.lineCount
        isAtEnd = count == 0 || lines.isDone
        return true
    }

    /// Without a byte order mark (LineRecordReader.skipUtfByteOrderMark).
    ///
    /// - Returns: Bytes of the file that it has read.
    private func readStart(limit: Int) throws -> Int {
        isAtStart = false
        let mark = SplitLines.byteOrderMark
        while raw.count < mark.count, try source.read(into: &raw, limit: limit) > 0 {}
        let count = raw.count
        if raw.starts(with: mark) {
            raw.removeFirst(mark.count)
            lines.skipByteOrderMark()
        }
        return count
    }
}
