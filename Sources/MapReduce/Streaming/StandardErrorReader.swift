/// Reads a streaming program's standard error: most of it is its log, but some lines talk to the framework
/// (PipeMapRed.MRErrorThread).
public struct StandardErrorReader: Sendable {
    public enum Report: Hashable, Sendable {
        /// `reporter:counter:GROUP,NAME,AMOUNT`
        case counter(group: String, name: String, amount: Int)
        /// `reporter:status:TEXT`
        case status(String)
    }

    /// Bytes; a longer line is no report, and goes to the log in pieces.
    static let lineLimit = 64 << 10

    private var line: [UInt8] = []
    private var isTooLong = false
    /// A report ended with a CR: an LF that follows is part of its end.
    private var isAfterReport = false

    public init() {}

    /// Takes the next bytes, gives reports to `onReport` and whatever else to `onLog`, with its line ends. LF, CR LF or
    /// a lone CR ends a line, as in Hadoop's LineReader.
    public mutating func take(_ bytes: Span<UInt8>, onReport: (Report) -> Void, onLog: ([UInt8]) -> Void) {
        for index in bytes.indices {
            let byte = bytes[index]
            let isRestOfReport = isAfterReport && byte == UInt8(ascii: "\n")
            isAfterReport = false
            if isRestOfReport { continue }
            line.append(byte)
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                isAfterReport = endLine(onReport, onLog) && byte == UInt8(ascii: "\r")
            } else if line.count >= Self.lineLimit {
                onLog(line)
                line.removeAll(keepingCapacity: true)
                isTooLong = true
            }
        }
    }

    /// The stream is at its end.
    public mutating func finish(onReport: (Report) -> Void, onLog: ([UInt8]) -> Void) {
        if !line.isEmpty { endLine(onReport, onLog) }
    }

    /// True when the line was a report.
    @discardableResult
    private mutating func endLine(_ onReport: (Report) -> Void, _ onLog: ([UInt8]) -> Void) -> Bool {
        defer {
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        guard !isTooLong, let report = Self.parse(line[...]) else {
            onLog(line)
            return false
        }
        onReport(report)
        return true
    }

    private static func parse(_ line: ArraySlice<UInt8>) -> Report? {
        if let text = rest(of: line, behind: "reporter:status:") {
            return .status(String(decoding: text, as: UTF8.self))
        }
        guard let text = rest(of: line, behind: "reporter:counter:") else { return nil }
        var columns = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        // Java's String.split forgets empty columns at the end.
        while columns.last == "" { columns.removeLast() }
        guard columns.count == 3, let amount = Int(columns[2]) else { return nil }
        return .counter(group: columns[0], name: columns[1], amount: amount)
    }

    /// Without blanks and control characters around it, as Java's String.trim leaves it.
    private static func rest(of line: ArraySlice<UInt8>, behind prefix: String) -> ArraySlice<UInt8>? {
        guard line.starts(with: prefix.utf8) else { return nil }
        var text = line.dropFirst(prefix.utf8.count).drop { $0 <= UInt8(ascii: " ") }
        while let last = text.last, last <= UInt8(ascii: " ") { text.removeLast() }
        return text
    }
}
