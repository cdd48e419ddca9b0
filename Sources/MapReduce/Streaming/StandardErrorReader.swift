internal import Glibc

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

    /// What there is of a line that may be a report.
    private var line: [UInt8] = []
    /// The line under way is no report; what is still to come of it is log.
    private var isInLog = false
    /// A report ended with a CR: an LF that follows is part of its end.
    private var isAfterReport = false

    public init() {}

    /// Takes the next bytes, gives reports to `onReport` and whatever else to `onLog`, with its line ends. LF, CR LF or
    /// a lone CR ends a line, as in Hadoop's LineReader.
    ///
    /// Lines that can be no report go on in one piece: programs write hundreds of megabytes of them.
    public mutating func take(_ bytes: Span<UInt8>, onReport: (Report) -> Void, onLog: ([UInt8]) -> Void) {
        bytes.withUnsafeBufferPointer { buffer in
            var search = LineSearch(buffer)
            var place = 0
            while place < buffer.count {
                let first = buffer[place]
                if isAfterReport {
                    isAfterReport = false
                    if first == UInt8(ascii: "\n") { place += 1 }
                } else if isInLog || (line.isEmpty && first != Self.reportStart) {
                    let end = search.possibleReport(from: place)
                    onLog(Array(UnsafeBufferPointer(rebasing: buffer[place..<end])))
                    isInLog = !Self.isLineEnd(buffer[end - 1])
                    place = end
                } else {
                    let end = search.lineEnd(from: place)
                    line += UnsafeBufferPointer(rebasing: buffer[place..<end])
                    takeLine(onReport, onLog)
                    place = end
                }
            }
        }
    }

    /// The stream is at its end.
    public mutating func finish(onReport: (Report) -> Void, onLog: ([UInt8]) -> Void) {
        if !line.isEmpty { endLine(onReport, onLog) }
    }

    /// Of `reporter:`.
    fileprivate static let reportStart = UInt8(ascii: "r")

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    private mutating func takeLine(_ onReport: (Report) -> Void, _ onLog: ([UInt8]) -> Void) {
        if let last = line.last, Self.isLineEnd(last) {
            isAfterReport = endLine(onReport, onLog) && last == UInt8(ascii: "\r")
        } else if line.count >= Self.lineLimit {
            onLog(line)
            line.removeAll(keepingCapacity: true)
            isInLog = true
        }
    }

    /// True when the line was a report.
    @discardableResult
    private mutating func endLine(_ onReport: (Report) -> Void, _ onLog: ([UInt8]) -> Void) -> Bool {
        defer { line.removeAll(keepingCapacity: true) }
        guard line.count <= Self.lineLimit, let report = Self.parse(line[...]) else {
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

/// Finds ends of lines. It looks for each kind once, however many there are of the other.
private struct LineSearch {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var lf = Occurrence(of: UInt8(ascii: "\n"))
    private var cr = Occurrence(of: UInt8(ascii: "\r"))
    private var reportAfterLF = Occurrence(of: UInt8(ascii: "\n"), before: StandardErrorReader.reportStart)
    private var reportAfterCR = Occurrence(of: UInt8(ascii: "\r"), before: StandardErrorReader.reportStart)

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Past the first line end, or the end.
    mutating func lineEnd(from start: Int) -> Int {
        min(lf.next(in: bytes, from: start) + 1, cr.next(in: bytes, from: start) + 1, bytes.count)
    }

    /// Where the first line after this one begins that may be a report, or the end.
    mutating func possibleReport(from start: Int) -> Int {
        min(reportAfterLF.next(in: bytes, from: start) + 1, reportAfterCR.next(in: bytes, from: start) + 1, bytes.count)
    }

    private struct Occurrence {
        private let wanted: UInt8
        /// What must come behind it; nil is anything.
        private let follower: UInt8?
        private var place = -1

        init(of wanted: UInt8, before follower: UInt8? = nil) { (self.wanted, self.follower) = (wanted, follower) }

        /// The place of the first one; the bytes' count when there is none.
        mutating func next(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
            if place < start { place = find(in: bytes, from: start) }
            return place
        }

        private func find(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
            guard let base = bytes.baseAddress else { return bytes.count }
            var start = start
            while let found = memchr(base + start, CInt(wanted), bytes.count - start) {
                let place = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
                guard let follower else { return place }
                start = place + 1
                if start < bytes.count && bytes[start] == follower { return place }
            }
            return bytes.count
        }
    }
}
