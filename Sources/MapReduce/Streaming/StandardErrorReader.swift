internal import Records

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

    public init() {}

    /// Takes the next bytes, gives reports to `onReport` and whatever else to `onLog`, with its line ends.
    public mutating func take(_ bytes: Span<UInt8>, onReport: (Report) -> Void, onLog: ([UInt8]) -> Void) {
        for index in bytes.indices {
            line.append(bytes[index])
            if bytes[index] == UInt8(ascii: "\n") {
                endLine(onReport, onLog)
            } else if line.count >= Self.lineLimit {
                onLog(line)
                line = []
                isTooLong = true
            }
        }
    }

    /// The stream is at its end.
    public mutating func finish(onReport: (Report) -> Void, onLog: ([UInt8]) -> Void) {
        if !line.isEmpty { endLine(onReport, onLog) }
    }

    private mutating func endLine(_ onReport: (Report) -> Void, _ onLog: ([UInt8]) -> Void) {
        defer {
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        if !isTooLong, line.starts(with: "reporter:".utf8), let report = Self.parse(line) {
            onReport(report)
        } else {
            onLog(line)
        }
    }

    private static func parse(_ line: [UInt8]) -> Report? {
        let text = String(decoding: line, as: UTF8.self).drop { $0.isWhitespace }
        let trimmed = text.reversed().drop { $0.isWhitespace }.reversed()
        let whole = String(trimmed)
        if whole.hasPrefix("reporter:status:") { return .status(String(whole.dropFirst(16))) }
        guard whole.hasPrefix("reporter:counter:") else { return nil }
        let columns = whole.dropFirst(17).split(separator: ",", omittingEmptySubsequences: false)
        guard columns.count == 3, let amount = Int(columns[2].filter { !$0.isWhitespace }) else { return nil }
        return .counter(group: String(columns[0]), name: String(columns[1]), amount: amount)
    }
}
