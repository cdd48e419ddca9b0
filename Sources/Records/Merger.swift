/// Sorted runs as one: records in the order of their keys, those with equal keys in the order of the runs
/// (Hadoop's Merger.MergeQueue).
///
/// A tree of losers: each inner node keeps the run that lost there, so that the next record costs one comparison per
/// level. The heads' first key bytes lie beside the tree; the runs' own bytes are read only when those are equal.
/// All of it is inlinable: not specialised for its source, it takes ten times as long.
public struct Merger<Source: ByteSource> {
    @usableFromInline var readers: [RunReader<Source>]
    @usableFromInline var heads: [MergeHead] = []
    /// The run that lost at each inner node; the winner of all at 0.
    @usableFromInline var losers = [0]
    /// Nil for the order of bytes.
    @usableFromInline let specification: KeySpecification?

    /// - Parameter order: That of the runs.
    @inlinable
    public init(_ sources: [Source], order: KeyOrder = .bytes) {
        // Together they hold 32 MiB, unless there are very many.
        let chunk = min(RunReader<Source>.chunk, max(16 << 10, (32 << 20) / max(1, sources.count)))
        readers = sources.map { RunReader($0, chunk: chunk) }
        specification = order.specification
    }

    /// Moves to the next record that is another, or of another run; false at the end.
    ///
    /// - Throws: ``RecordsError/truncatedRun``, ``RecordsError/recordTooLong(limit:)``, or what a source throws.
    @inlinable
    public mutating func next() throws -> Bool {
        // A single run needs no tree.
        guard readers.count > 1 else { return readers.isEmpty ? false : try readers[0].next() }
        if heads.isEmpty {
            for run in readers.indices { heads.append(try readHead(of: run)) }
            build()
        } else if !heads[losers[0]].isEnded {
            heads[losers[0]] = try readHead(of: losers[0])
            replay(losers[0])
        }
        return !heads[losers[0]].isEnded
    }

    /// How often the record stands, one after another.
    @inlinable public var count: Int { readers[losers[0]].count }

    /// Bytes of its key and value.
    @inlinable public var recordByteCount: Int {
        readers[losers[0]].valueRange.upperBound - readers[losers[0]].keyRange.lowerBound
    }

    /// Lends the record; there is one after ``next()`` was true.
    @inlinable
    public func withRecord<Result>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Result
    ) rethrows -> Result {
        // The bytes alone are held meanwhile: a copy of the reader would count on all that it refers to.
        let run = losers[0]
        let bytes = readers[run].buffer
        return try body(bytes.span.extracting(readers[run].keyRange), bytes.span.extracting(readers[run].valueRange))
    }

    /// Lends key and value as the one span that they are in their run.
    @inlinable
    public func withWholeRecord<Result>(
        _ body: (_ record: Span<UInt8>, _ keyLength: Int) throws -> Result
    ) rethrows -> Result {
        let run = losers[0]
        let bytes = readers[run].buffer
        let (key, value) = (readers[run].keyRange, readers[run].valueRange)
        return try body(bytes.span.extracting(key.lowerBound..<value.upperBound), key.count)
    }

    /// Appends the record as it stands in its run, for all of its ``count``.
    @inlinable
    public func appendRecord(to run: inout [UInt8]) { readers[losers[0]].appendRecord(to: &run) }

    @inlinable
    mutating func readHead(of run: Int) throws -> MergeHead {
        guard try readers[run].next() else { return .ended }
        // Without prefixes, every comparison is a tie.
        let prefix = specification == nil ? readers[run].keyPrefix : 0
        return MergeHead(prefix: prefix, keyLength: readers[run].keyLength)
    }

    /// The runs are the leaves, numbered behind the inner nodes; a node's parent has half its number.
    @inlinable
    mutating func build() {
        let count = readers.count
        losers = Array(repeating: 0, count: count)
        var winners = Array(repeating: 0, count: count) + Array(0..<count)
        for node in stride(from: count - 1, to: 0, by: -1) {
            let (first, second) = (winners[2 * node], winners[2 * node + 1])
            let firstWins = isBefore(first, second)
            winners[node] = firstWins ? first : second
            losers[node] = firstWins ? second : first
        }
        losers[0] = winners[1]
    }

    @inlinable
    mutating func replay(_ run: Int) {
        var winner = run
        var node = (readers.count + run) / 2
        while node > 0 {
            let other = losers[node]
            if isBefore(other, winner) {
                losers[node] = winner
                winner = other
            }
            node /= 2
        }
        losers[0] = winner
    }

    @inlinable
    func isBefore(_ first: Int, _ second: Int) -> Bool {
        let (one, other) = (heads[first], heads[second])
        return one.prefix != other.prefix ? one.prefix < other.prefix : winsTie(first, second)
    }

    @inlinable
    func winsTie(_ first: Int, _ second: Int) -> Bool {
        let (one, other) = (heads[first], heads[second])
        if one.isEnded || other.isEnded { return !one.isEnded }
        if let specification {
            let order = readers[first].compareKey(to: readers[second], by: specification)
            return order != 0 ? order < 0 : first < second
        }
        // With equal prefixes, a key that ends within them is the beginning of the other.
        let isKnown = min(one.keyLength, other.keyLength) <= KeyPrefix.length
        let order = isKnown ? one.keyLength - other.keyLength : readers[first].compareKey(to: readers[second])
        return order != 0 ? order < 0 : first < second
    }
}

/// What is known of a run's present record without looking at it.
@usableFromInline
struct MergeHead {
    @usableFromInline var prefix: UInt64
    /// Bytes; -1 when the run is at its end.
    @usableFromInline var keyLength: Int

    @inlinable
    init(prefix: UInt64, keyLength: Int) {
        self.prefix = prefix
        self.keyLength = keyLength
    }

    @inlinable static var ended: MergeHead { MergeHead(prefix: .max, keyLength: -1) }
    @inlinable var isEnded: Bool { keyLength < 0 }
}
