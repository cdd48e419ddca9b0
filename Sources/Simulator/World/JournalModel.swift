internal import ClusterModel
internal import SeededNumbers
internal import Wire

/// The coordinator's journal on a disk that forgets what was not synced: one write at a time, each followed by its sync, as the
/// coordinator's journal thread does it.
struct JournalModel: Sendable {
    /// All that was given to it and not lost since.
    private(set) var entries: [JournalEntry] = []
    /// So many of them would survive a power loss.
    private(set) var durable = 0
    /// So many would be, when the write under way is done.
    private(set) var writing: Int?
    /// Since when nothing can be written.
    var isFull = false
    /// The coordinator was told that it is.
    var isStuck = false

    /// What a crash leaves.
    struct Remains: Sendable {
        var entries: [JournalEntry]
        /// A write that was cut short lies behind them.
        var isTorn: Bool
    }

    mutating func append(_ entry: JournalEntry) { entries.append(entry) }

    /// Begins a write of all that waits, unless there is one under way, or nothing.
    ///
    /// - Returns: Whether one is begun.
    mutating func begin() -> Bool {
        guard writing == nil, durable < entries.count, !isFull else { return false }
        writing = entries.count
        return true
    }

    /// - Returns: The number of the last change that is safe.
    mutating func finish() -> Int {
        durable = writing ?? durable
        writing = nil
        return lastChange
    }

    var lastChange: Int { durable > 0 ? entries[durable - 1].last : 0 }

    /// The process has died. Of the write under way the disk may have all, a part, or nothing.
    ///
    /// - Throws: ``JournalScan/Problem``, if what is left cannot be read: that is a fault of Martlet's.
    mutating func crash(_ random: inout SplitMix64) throws(JournalScan.Problem) -> Remains {
        let (safe, begun) = (entries[..<durable], entries[durable..<(writing ?? durable)])
        var bytes = JournalFormat.header(firstSequence: 1)
        Self.append(safe, to: &bytes)
        let whole = bytes.count
        Self.append(begun, to: &bytes)
        if random.chance(percent: 70) {
            Self.tear(&bytes, from: whole, &random)
        }
        var read: [JournalEntry] = []
        let end = try JournalScan.run(bytes, isLast: true) { read.append($0) }
        (entries, durable, writing, isStuck) = (read, read.count, nil, false)
        return Remains(entries: read, isTorn: end != .whole)
    }

    /// Cut anywhere, or with zeros in sectors that were not written: the last ones, or, as a disk may write them in any
    /// order, the first.
    private static func tear(_ bytes: inout [UInt8], from start: Int, _ random: inout SplitMix64) {
        let cut = start + random.below(bytes.count - start + 1)
        guard random.chance(percent: 40) else { return bytes.removeSubrange(cut...) }
        let edge = (cut + sector - 1) / sector * sector
        let missing = random.chance(percent: 50) ? edge..<max(edge, bytes.count) : start..<max(start, edge)
        for place in missing where place < bytes.count { bytes[place] = 0 }
    }

    private static let sector = 512

    private static func append(_ entries: ArraySlice<JournalEntry>, to bytes: inout [UInt8]) {
        guard !entries.isEmpty else { return }
        var body: [UInt8] = []
        for entry in entries { JournalFormat.append(entry, to: &body) }
        bytes += JournalFormat.frameHead(body.span) + body
    }
}
