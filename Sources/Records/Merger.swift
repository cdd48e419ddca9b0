/// Sorted runs as one: records in the order of their keys, those with equal keys in the order of the runs
/// (Hadoop's Merger.MergeQueue).
///
/// A tree of losers: each inner node keeps the run that lost there, so that the next record costs one comparison per
/// level. The heads' first key bytes lie beside the tree; the runs' own bytes are read only when those are equal.
public struct Merger<Source: ByteSource> {
    /// What is known of a run's present record without looking at it.
    struct Head {
        var prefix: UInt64
        /// Bytes; -1 when the run is at its end.
        var keyLength: Int

        static var ended: Head { Head(prefix: .max, keyLength: -1) }
        var isEnded: Bool { keyLength < 0 }
    }

    private var readers: [RunReader<Source>]
    private var heads: [Head] = []
    /// The run that lost at each inner node; the winner of all at 0.
    private var losers: [Int] = []

    public init(_ sources: [Source]) {
        readers = sources.map { RunReader($0) }
    }

    /// Moves to the next record; false at the end.
    ///
    /// - Throws: ``RecordsError/truncatedRun``, ``RecordsError/recordTooLong(limit:)``, or what a source throws.
    public mutating func next() throws -> Bool {
        guard !readers.isEmpty else { return false }
        if heads.isEmpty {
            for run in readers.indices { heads.append(try readHead(of: run)) }
            build()
        } else if !heads[losers[0]].isEnded {
            heads[losers[0]] = try readHead(of: losers[0])
            replay(losers[0])
        }
        return !heads[losers[0]].isEnded
    }

    /// Lends the record; there is one after ``next()`` was true.
    public func withRecord<Result>(_ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Result) rethrows -> Result {
        try readers[losers[0]].withRecord(body)
    }

    private mutating func readHead(of run: Int) throws -> Head {
        guard try readers[run].next() else { return .ended }
        return Head(prefix: readers[run].keyPrefix, keyLength: readers[run].keyLength)
    }

    /// The runs are the leaves, numbered behind the inner nodes; a node's parent has half its number.
    private mutating func build() {
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

    private mutating func replay(_ run: Int) {
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

    private func isBefore(_ first: Int, _ second: Int) -> Bool {
        let (one, other) = (heads[first], heads[second])
        return one.prefix != other.prefix ? one.prefix < other.prefix : winsTie(first, second)
    }

    private func winsTie(_ first: Int, _ second: Int) -> Bool {
        let (one, other) = (heads[first], heads[second])
        if one.isEnded || other.isEnded { return !one.isEnded }
        // With equal prefixes, a key that ends within them is the beginning of the other.
        let isKnown = min(one.keyLength, other.keyLength) <= KeyPrefix.length
        let order = isKnown ? one.keyLength - other.keyLength : readers[first].compareKey(to: readers[second])
        return order != 0 ? order < 0 : first < second
    }
}
