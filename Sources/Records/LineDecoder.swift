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

    /// The same with each line cut into key and value, whose separator is looked for together with the line's end.
    public mutating func decode(
        _ bytes: Span<UInt8>, _ fields: KeyFields,
        onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Void
    ) throws {
        var start = 0
        if let separator = fields.onlyByte, separator != Self.lf, separator != Self.cr {
            if !pending.isEmpty || isAfterCR {
                start = min(bytes.first(Self.lf, or: Self.cr, from: 0) + 1, bytes.count)
                try cut(bytes.extracting(0..<start), fields, onRecord)
            }
            if pending.isEmpty, !isAfterCR { start = try take(bytes, from: start, separator, onRecord) }
        }
        try cut(bytes.extracting(start..<bytes.count), fields, onRecord)
    }

    /// Takes whole lines that end with LF, as long as there are some; gives the place behind them.
    private func take(
        _ bytes: Span<UInt8>, from start: Int, _ separator: UInt8,
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Void
    ) throws -> Int {
        var start = start
        while true {
            let keyEnd = bytes.first(Self.lf, or: Self.cr, or: separator, from: start)
            guard keyEnd < bytes.count else { return start }
            var (end, valueStart) = (keyEnd, keyEnd)
            if bytes[keyEnd] == separator {
                valueStart = keyEnd + 1
                end = bytes.first(Self.lf, or: Self.cr, from: valueStart)
            }
            // A CR may have its LF behind it.
            guard end < bytes.count, bytes[end] == Self.lf else { return start }
            try check(end - start)
            try onRecord(bytes.extracting(start..<keyEnd), bytes.extracting(valueStart..<end))
            start = end + 1
        }
    }

    private mutating func cut(
        _ bytes: Span<UInt8>, _ fields: KeyFields,
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Void
    ) throws {
        try decode(bytes) { try Self.cut($0, fields, onRecord) }
    }

    @inline(__always)
    private static func cut(
        _ line: Span<UInt8>, _ fields: KeyFields,
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Void
    ) throws {
        let (keyEnd, valueStart) = fields.split(line)
        try onRecord(line.extracting(0..<keyEnd), line.extracting(valueStart..<line.count))
    }

    /// The stream is at its end: a last line without a line end counts.
    public mutating func finish(onLine: (Span<UInt8>) throws -> Void) throws {
        guard !pending.isEmpty else { return }
        let line = pending
        pending = []
        try onLine(line.span)
    }

    /// The same with the line cut into key and value.
    public mutating func finish(
        _ fields: KeyFields, onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Void
    ) throws {
        try finish { try Self.cut($0, fields, onRecord) }
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
