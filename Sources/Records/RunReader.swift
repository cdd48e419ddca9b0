/// Where bytes come from, piece by piece.
public protocol ByteSource {
    /// Appends up to `limit` bytes; 0 at the end.
    mutating func read(into buffer: inout [UInt8], limit: Int) throws -> Int
}

/// The records of a run, one after another. It holds one record and what was read with it, however long the run is.
public struct RunReader<Source: ByteSource> {
    /// Bytes that are asked of the source at once.
    @inlinable static var chunk: Int { 256 << 10 }
    /// The same for a long record. What a damaged length claims is not allocated before it has come.
    @inlinable static var longChunk: Int { 4 << 20 }

    @usableFromInline let recordLimit: Int
    @usableFromInline let chunk: Int
    @usableFromInline var source: Source
    @usableFromInline var buffer: [UInt8] = []
    @usableFromInline var place = 0
    @usableFromInline var isAtEnd = false
    /// Of the record, its lengths and its number included.
    @usableFromInline var start = 0
    @usableFromInline var times = 1
    @usableFromInline var keyRange = 0..<0
    @usableFromInline var valueRange = 0..<0

    @inlinable
    public init(_ source: Source) { self.init(source, recordLimit: Run.recordLimit) }

    @inlinable
    init(_ source: Source, recordLimit: Int = Run.recordLimit, chunk: Int = chunk) {
        self.source = source
        self.recordLimit = recordLimit
        self.chunk = chunk
    }

    /// Moves to the next record, which stands ``count`` times; false at the end.
    ///
    /// - Throws: ``RecordsError/truncatedRun``, ``RecordsError/recordTooLong(limit:)``, or what the source throws.
    @inlinable
    public mutating func next() throws -> Bool {
        start = place
        times = 1
        guard try fill(1) else { return false }
        if buffer[place] == Run.repeatMark.0 { try readCount() }
        let keyLength = try varint()
        let valueLength = try varint()
        guard keyLength <= recordLimit - valueLength else { throw RecordsError.recordTooLong(limit: recordLimit) }
        guard try fill(keyLength + valueLength) else { throw RecordsError.truncatedRun }
        keyRange = place..<place + keyLength
        valueRange = keyRange.upperBound..<keyRange.upperBound + valueLength
        // The record stays where it is until more is read.
        place = valueRange.upperBound
        return true
    }

    /// How often the record stands here, one after another.
    @inlinable public var count: Int { times }

    /// Lends the record; there is one after ``next()`` was true.
    @inlinable
    public func withRecord<Result>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Result
    ) rethrows -> Result {
        let bytes = buffer.span
        return try body(bytes.extracting(keyRange), bytes.extracting(valueRange))
    }

    /// Appends the record as it stands in the run.
    @inlinable
    public func appendRecord(to run: inout [UInt8]) {
        run.append(buffer.span.extracting(start..<valueRange.upperBound))
    }

    @inlinable var keyLength: Int { keyRange.count }
    @inlinable var keyPrefix: UInt64 { KeyPrefix.of(buffer.span.extracting(keyRange)) }

    /// Less than 0 when this record's key comes before the other's; for keys whose prefixes are equal.
    @inlinable
    func compareKey(to other: RunReader) -> Int {
        KeyPrefix.compareRest(buffer.span.extracting(keyRange), other.buffer.span.extracting(other.keyRange))
    }

    @inlinable
    func compareKey(to other: RunReader, by specification: KeySpecification) -> Int {
        specification.compare(buffer.span.extracting(keyRange), other.buffer.span.extracting(other.keyRange))
    }

    /// A mark, or a length that begins as one does.
    @inlinable @inline(never)
    mutating func readCount() throws {
        guard try fill(2) else { throw RecordsError.truncatedRun }
        guard buffer[place + 1] == Run.repeatMark.1 else { return }
        place += 2
        times = try varint()
        guard 1...Run.repeatLimit ~= times else { throw RecordsError.damagedCount }
    }

    @inlinable @inline(__always)
    mutating func varint() throws -> Int {
        if place < buffer.count, buffer[place] < 0x80 {
            place += 1
            return Int(buffer[place - 1])
        }
        return try longVarint()
    }

    @inlinable @inline(never)
    mutating func longVarint() throws -> Int {
        var value = 0
        var shift = 0
        while true {
            guard try fill(1) else { throw RecordsError.truncatedRun }
            guard shift < 56 else { throw RecordsError.recordTooLong(limit: recordLimit) }
            let byte = buffer[place]
            place += 1
            value |= Int(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// Sees to it that so many bytes stand at `place`; false at the end.
    @inlinable @inline(__always)
    mutating func fill(_ count: Int) throws -> Bool {
        if buffer.count - place >= count { return true }
        return try refill(count)
    }

    @inlinable @inline(never)
    mutating func refill(_ count: Int) throws -> Bool {
        // What has been read of the record goes with it to the front.
        buffer.removeSubrange(..<start)
        place -= start
        start = 0
        while buffer.count - place < count, !isAtEnd {
            let wanted = min(max(chunk, count - (buffer.count - place)), Self.longChunk)
            isAtEnd = try source.read(into: &buffer, limit: wanted) == 0
        }
        return buffer.count - place >= count
    }
}
