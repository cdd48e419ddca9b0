/// Finds where every so many lines of a text begin and end (Hadoop's NLineInputFormat). LF, CR LF or a lone CR ends a line.
public struct LineGroups: Sendable {
    private static let lf = UInt8(ascii: "\n")
    private static let cr = UInt8(ascii: "\r")

    private let size: Int
    private var place = 0
    private var start = 0
    private var lineCount = 0
    /// Only the next byte tells whether the line ends here or behind an LF.
    private var isAfterCR = false

    /// - Parameter size: Lines of a group, at least 1; the last may have fewer.
    public init(size: Int) {
        precondition(size > 0)
        self.size = size
    }

    /// Takes the next bytes of the text and gives `onGroup` each group that is whole with them, as a range of bytes.
    public mutating func take(_ chunk: Span<UInt8>, onGroup: (Range<Int>) -> Void) {
        for index in chunk.indices {
            let byte = chunk[index]
            if isAfterCR && byte != Self.lf { endLine(onGroup) }
            place += 1
            isAfterCR = byte == Self.cr
            if byte == Self.lf { endLine(onGroup) }
        }
    }

    /// The text is at its end: what is left is a group too.
    public mutating func finish(onGroup: (Range<Int>) -> Void) {
        if place > start { onGroup(start..<place) }
        start = place
    }

    private mutating func endLine(_ onGroup: (Range<Int>) -> Void) {
        lineCount += 1
        guard lineCount == size else { return }
        onGroup(start..<place)
        start = place
        lineCount = 0
    }
}
