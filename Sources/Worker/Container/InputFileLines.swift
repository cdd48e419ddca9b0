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
    private var lines: SplitLines
    private var raw: [UInt8] = []
    /// Bytes of the file that were read, compressed where it is.
    private(set) var byteCount = 0
    private(set) var lineCount = 0
    /// Nothing has been read, and what comes is the file's beginning.
    private var isAtStart: Bool
    private var isAtEnd = false

    /// - Parameter range: Bytes; nil is all of the file. A compressed file is always read whole.
    init(_ uri: FileURI, _ range: Range<Int>?, _ style: Style) throws {
        if let format = CompressionFormat(ofFile: uri.path) {
            let reader = try CompressedFileReader(uri.path, format)
            (source, length, isAtStart) = (reader, reader.fileLength, true)
            lines = SplitLines(start: 0, end: .max, placeSeparator: style.placeSeparator)
        } else {
            let reader = try FileReader(uri.path, offset: range?.lowerBound ?? 0)
            // Another file has taken the place of the one that was cut into splits.
            guard reader.length >= range?.upperBound ?? 0 else {
                throw FileSystemError(.invalid, "\(uri) has become shorter since the job was submitted")
            }
            (source, length, isAtStart) = (reader, reader.length, range?.lowerBound ?? 0 == 0)
            lines = SplitLines(
                start: range?.lowerBound ?? 0, end: range?.upperBound ?? .max, isAligned: style.isAligned,
                placeSeparator: style.placeSeparator)
        }
    }

    /// Appends the lines that come of the next bytes, which may be none.
    ///
    /// - Returns: False when nothing more will come.
    func read(into output: inout [UInt8], limit: Int) throws -> Bool {
        guard !isAtEnd else { return false }
        raw.removeAll(keepingCapacity: true)
        let count = try isAtStart ? readStart(limit: limit) : source.read(into: &raw, limit: limit)
        if count == 0 { lines.finish(into: &output) } else { lines.take(raw.span, into: &output) }
        byteCount = (source as? CompressedFileReader)?.packedCount ?? byteCount + count
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
