/// The lines of one split of a text file, as Hadoop's LineRecordReader cuts them.
///
/// A line ends with LF, CR LF or a lone CR, and belongs to the split in which it begins: one that begins at place p is of
/// the split from `start` to `end` when `start < p <= end`, or p = 0. So a split reads on beyond its end until its last
/// line ends, and one that does not begin the file drops what stands before its first line end. Every line comes out with
/// one LF.
public struct SplitLines: Sendable {
    private static let lf = UInt8(ascii: "\n")
    private static let cr = UInt8(ascii: "\r")

    /// No further bytes of the file are needed.
    public private(set) var isDone = false
    public private(set) var lineCount = 0
    /// Bytes of the file that were needed so far, those of a dropped line included.
    public var byteCount: Int { place - start }

    /// Place in the file of the next byte.
    private var place: Int
    private let start: Int
    private var end: Int
    private var isDropping: Bool
    /// The last byte was a CR, whose line is out already: an LF that follows belongs to it.
    private var isAfterCR = false
    /// Bytes of an unfinished line are out.
    private var isInLine = false
    private let placeSeparator: [UInt8]?
    /// Bytes of the file before its first line, which counts as beginning at place 0 all the same.
    private var markLength = 0

    /// - Parameters:
    ///   - start: Bytes from the file's beginning; feeding begins there.
    ///   - end: Just behind the split.
    ///   - isAligned: A line begins at `start`, and it is the split's; one that begins at `end` is not.
    ///   - placeSeparator: Before each line comes its place in the file (Hadoop's key), and this; nil: lines come alone.
    public init(start: Int, end: Int, isAligned: Bool = false, placeSeparator: [UInt8]? = nil) {
        place = start
        self.start = start
        self.end = isAligned ? end - 1 : end
        self.placeSeparator = placeSeparator
        isDropping = start > 0 && !isAligned
        isDone = start >= end
    }

    /// The bytes that may stand before the first line of a file.
    public static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// The file begins with a ``byteOrderMark``, which is no part of its first line and will not be fed.
    public mutating func skipByteOrderMark() {
        precondition(place == 0)
        markLength = Self.byteOrderMark.count
        place = markLength
    }

    /// The split ends there, which was not known when it began; to be said before bytes from there on are taken. Only a
    /// byte order mark may reach beyond it.
    public mutating func end(at place: Int) {
        precondition(end == .max)
        end = max(place, self.place)
    }

    /// Takes the next bytes of the file and appends the lines in them to `output`.
    public mutating func take(_ chunk: Span<UInt8>, into output: inout [UInt8]) {
        if takeWhole(chunk, into: &output) { return }
        var index = 0
        while index < chunk.count, !isDone {
            if isAfterCR, takeLF(chunk[index], &index) { continue }
            let stop = lineEnd(in: chunk, from: index)
            if !isDropping, stop > index {
                openLine(into: &output)
                output.append(chunk.extracting(index..<stop))
            }
            place += stop - index
            index = stop
            guard index < chunk.count else { return }
            endLine(with: chunk[index], into: &output)
            index += 1
        }
    }

    /// The file is at its end: a last line without a line end counts.
    public mutating func finish(into output: inout [UInt8]) {
        if isInLine { closeLine(into: &output) }
        isDone = true
    }

    /// Most chunks lie inside their split and have no CR: they come out as they are. False when this one must be cut.
    private mutating func takeWhole(_ chunk: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        guard !isDone, !isDropping, !isAfterCR, placeSeparator == nil, !chunk.isEmpty, chunk.count <= end - place else {
            return false
        }
        let ends = LineEnds.look(at: chunk)
        guard !ends.hasCR else { return false }
        output.append(chunk)
        place += chunk.count
        lineCount += ends.lfCount
        isInLine = chunk[chunk.count - 1] != Self.lf
        return true
    }

    private mutating func takeLF(_ byte: UInt8, _ index: inout Int) -> Bool {
        isAfterCR = false
        if byte == Self.lf {
            place += 1
            index += 1
        }
        beginLine()
        return true
    }

    private mutating func endLine(with byte: UInt8, into output: inout [UInt8]) {
        if !isDropping { openLine(into: &output) }
        place += 1
        if isDropping { isDropping = false } else { closeLine(into: &output) }
        // Only the next byte tells whether the line end is CR or CR LF, and so where the next line begins.
        if byte == Self.cr { isAfterCR = true } else { beginLine() }
    }

    /// At the line's first byte, if it is not open yet.
    private mutating func openLine(into output: inout [UInt8]) {
        guard !isInLine else { return }
        isInLine = true
        guard let placeSeparator else { return }
        output.append(decimal: place == markLength ? 0 : place)
        output.append(placeSeparator.span)
    }

    private mutating func closeLine(into output: inout [UInt8]) {
        output.append(Self.lf)
        lineCount += 1
        isInLine = false
    }

    /// The next line would begin at `place`.
    private mutating func beginLine() {
        if place > end { isDone = true }
    }

    private func lineEnd(in chunk: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < chunk.count, chunk[index] != Self.lf, chunk[index] != Self.cr { index += 1 }
        return index
    }
}
