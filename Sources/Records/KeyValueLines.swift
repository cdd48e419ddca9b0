/// Cuts lines into keys and values as Hadoop's KeyValueLineRecordReader does, and puts them together again as a streaming
/// program reads them.
///
/// The first separator of a line ends its key. A line without one is a key with an empty value.
public struct KeyValueLines: Sendable {
    private static let lf = UInt8(ascii: "\n")

    private let separator: UInt8
    private let newSeparator: [UInt8]?
    private var isInValue = false

    /// - Parameter newSeparator: Comes out between key and value; nil: only values come out.
    public init(separator: UInt8, newSeparator: [UInt8]?) {
        self.separator = separator
        self.newSeparator = newSeparator
    }

    /// Takes the next bytes of lines that end with LF each, and appends what comes of them to `output`.
    public mutating func take(_ lines: Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < lines.count {
            if isInValue { takeValue(lines, &index, into: &output) } else { takeKey(lines, &index, into: &output) }
        }
    }

    private mutating func takeKey(_ lines: Span<UInt8>, _ index: inout Int, into output: inout [UInt8]) {
        var end = index
        while end < lines.count, lines[end] != Self.lf, lines[end] != separator { end += 1 }
        if newSeparator != nil { output.append(lines.extracting(index..<end)) }
        index = end
        guard end < lines.count else { return }
        if let newSeparator { output.append(newSeparator.span) }
        if lines[end] == Self.lf { output.append(Self.lf) } else { isInValue = true }
        index += 1
    }

    private mutating func takeValue(_ lines: Span<UInt8>, _ index: inout Int, into output: inout [UInt8]) {
        var end = index
        while end < lines.count, lines[end] != Self.lf { end += 1 }
        if end < lines.count {
            end += 1
            isInValue = false
        }
        output.append(lines.extracting(index..<end))
        index = end
    }
}
