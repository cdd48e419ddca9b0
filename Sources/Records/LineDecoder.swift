/// Cuts what a streaming program writes into lines: LF, CR LF or a lone CR ends one, as in Hadoop's LineReader.
public struct LineDecoder: Sendable {
    private static let lf = UInt8(ascii: "\n")
    private static let cr = UInt8(ascii: "\r")

    /// In bytes.
    public let lengthLimit: Int
    private var pending: [UInt8] = []
    private var isAfterCR = false

    public init(lengthLimit: Int = Run.recordLimit) { self.lengthLimit = lengthLimit }

    /// Gives `onLine` each line that the bytes complete, without its end. A line within the bytes is not copied.
    ///
    /// - Throws: ``RecordsError/lineTooLong(limit:)``, or what `onLine` throws; the decoder is of no use afterwards.
    public mutating func decode(
        _ bytes: Span<UInt8>, onLine: (Span<UInt8>) throws -> Void
    ) throws {
        var start = 0
        if isAfterCR, bytes.count > 0 {
            isAfterCR = false
            if bytes[0] == Self.lf { start = 1 }
        }
        while true {
            let end = bytes.first(Self.lf, or: Self.cr, from: start)
            guard end < bytes.count else { break }
            try give(bytes.extracting(start..<end), onLine)
            start = end + 1
            guard bytes[end] == Self.cr else { continue }
            if start == bytes.count { isAfterCR = true } else if bytes[start] == Self.lf { start += 1 }
        }
        guard start < bytes.count else { return }
        try check(pending.count + bytes.count - start)
        pending.append(bytes.extracting(start..<bytes.count))
    }

    /// The stream is at its end: a last line without a line end counts.
    public mutating func finish(onLine: (Span<UInt8>) throws -> Void) throws {
        guard !pending.isEmpty else { return }
        let line = pending
        pending = []
        try onLine(line.span)
    }

    private mutating func give(_ rest: Span<UInt8>, _ onLine: (Span<UInt8>) throws -> Void) throws {
        try check(pending.count + rest.count)
        guard !pending.isEmpty else { return try onLine(rest) }
        pending.append(rest)
        let line = pending
        pending = []
        try onLine(line.span)
    }

    private func check(_ length: Int) throws(RecordsError) {
        guard length <= lengthLimit else { throw .lineTooLong(limit: lengthLimit) }
    }
}
