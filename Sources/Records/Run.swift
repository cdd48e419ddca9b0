/// Sorted records as bytes: for each the lengths of key and value as varints, then both.
public enum Run {
    public static func append(key: Span<UInt8>, value: Span<UInt8>, to output: inout [UInt8]) {
        varint(key.count, to: &output)
        varint(value.count, to: &output)
        output.append(key)
        output.append(value)
    }

    private static func varint(_ value: Int, to output: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(rest))
    }
}

/// Where bytes come from, piece by piece.
public protocol ByteSource {
    /// Appends up to `limit` bytes; 0 at the end.
    mutating func read(into buffer: inout [UInt8], limit: Int) throws -> Int
}

/// The records of a run, one after another. It holds one record and what was read with it, however long the run is.
public struct RunReader<Source: ByteSource> {
    static var chunk: Int { 64 << 10 }

    private var source: Source
    private var buffer: [UInt8] = []
    private var place = 0
    private var isAtEnd = false
    private var keyRange = 0..<0
    private var valueRange = 0..<0

    public init(_ source: Source) { self.source = source }

    /// Moves to the next record; false at the end.
    ///
    /// - Throws: ``RecordsError/truncatedRun``, or what the source throws.
    public mutating func next() throws -> Bool {
        place = valueRange.upperBound
        guard try fill(1) else { return false }
        let keyLength = try varint()
        let valueLength = try varint()
        guard try fill(keyLength + valueLength) else { throw RecordsError.truncatedRun }
        keyRange = place..<place + keyLength
        valueRange = keyRange.upperBound..<keyRange.upperBound + valueLength
        return true
    }

    /// Lends the record; there is one after ``next()`` was true.
    public func withRecord<Result>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Result
    ) rethrows -> Result {
        let bytes = buffer.span
        return try body(bytes.extracting(keyRange), bytes.extracting(valueRange))
    }

    /// Less than 0 when this record's key comes before the other's, by unsigned bytes, the shorter first.
    func compareKey(to other: RunReader) -> Int {
        let (first, second) = (buffer.span.extracting(keyRange), other.buffer.span.extracting(other.keyRange))
        var index = 0
        while index < first.count && index < second.count {
            if first[index] != second[index] { return Int(first[index]) - Int(second[index]) }
            index += 1
        }
        return first.count - second.count
    }

    private mutating func varint() throws -> Int {
        var value = 0
        var shift = 0
        while true {
            guard shift < 56, try fill(1) else { throw RecordsError.truncatedRun }
            let byte = buffer[place]
            place += 1
            value |= Int(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// Sees to it that so many bytes stand at `place`; false at the end.
    private mutating func fill(_ count: Int) throws -> Bool {
        if buffer.count - place >= count { return true }
        buffer.removeSubrange(..<place)
        place = 0
        while buffer.count < count, !isAtEnd {
            isAtEnd = try source.read(into: &buffer, limit: max(Self.chunk, count - buffer.count)) == 0
        }
        return buffer.count >= count
    }
}
