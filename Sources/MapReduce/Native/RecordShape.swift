internal import Glibc

/// What tells records of an input apart.
public enum RecordShape: Hashable, Sendable {
    /// Each ends with a line end, which is no part of it.
    case lines
    /// Each has so many bytes.
    case bytes(Int)

    /// Gives each record of a piece that holds whole ones. The last line may lack its end.
    @inlinable
    public func forEach(in records: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void) rethrows {
        var start = 0
        switch self {
        case .lines:
            while start < records.count {
                let end = records.lineEnd(from: start)
                try body(records.extracting(start..<end))
                start = end + 1
            }
        case .bytes(let length):
            while start + length <= records.count {
                try body(records.extracting(start..<start + length))
                start += length
            }
        }
    }

    /// Bytes of a piece's whole records: what is behind them has its end in the next piece.
    public func wholeCount(of piece: Span<UInt8>) -> Int {
        switch self {
        case .lines: piece.lineStart(before: piece.count)
        case .bytes(let length): piece.count / length * length
        }
    }

    /// Whether a record that has come in pieces has its end now.
    public func isWhole(_ record: Span<UInt8>) -> Bool {
        switch self {
        case .lines: record[record.count - 1] == UInt8(ascii: "\n")
        case .bytes(let length): record.count == length
        }
    }

    /// Just behind the end of a record that began so many bytes before the piece; the piece's end when it goes on.
    public func endOfFirst(in piece: Span<UInt8>, behind begun: Int) -> Int {
        switch self {
        case .lines: min(piece.lineEnd(from: 0) + 1, piece.count)
        case .bytes(let length): min(length - begun, piece.count)
        }
    }
}

extension Span<UInt8> {
    /// Just behind the last line end before a place.
    func lineStart(before place: Int) -> Int {
        var start = place
        while start > 0, self[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    /// The place of the next line end, or of the end of all.
    @usableFromInline
    func lineEnd(from start: Int) -> Int {
        withUnsafeBytes { all in
            guard let first = all.baseAddress, let end = memchr(first + start, 0x0a, all.count - start) else {
                return all.count
            }
            return UnsafeRawPointer(end) - first
        }
    }
}
