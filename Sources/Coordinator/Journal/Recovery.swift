internal import ClusterModel
internal import FileSystems
internal import Wire

/// What a coordinator before this one has left: its state, made again from the last snapshot and the changes behind it.
struct Recovery {
    private var snapshot: Snapshot
    /// The last ones, for subscribers that followed them.
    private(set) var changes: ChangeLog
    /// What a user should know of how it went.
    private(set) var warnings: [String]
    let tear: JournalReader.Tear?
    /// Where the writer goes on; nil for a new segment.
    let end: (path: String, length: Int)?

    init(_ folder: JournalFolder) throws {
        var (snapshot, warnings) = try folder.latestSnapshot()
        let kept = snapshot.sequence
        var changes = ChangeLog(after: kept)
        do {
            changes = try Self.changes(folder, upTo: kept)
        } catch {
            warnings.append("subscribers must ask anew: the changes before the last snapshot cannot be read: \(error)")
        }
        var reader = JournalReader(folder, after: kept)
        try reader.readNumbered { recorded in
            snapshot.evolve(recorded.change, at: recorded.instant)
            changes.append(recorded)
        }
        if kept > 0, reader.end == nil {
            warnings.append(
                "the journal in \(folder.path) ends before its last snapshot, after change \(kept): "
                    + "has a file been removed? It goes on from the snapshot")
        }
        if let tear = reader.tear { warnings.append("\(tear)") }
        (self.snapshot, self.changes, self.warnings) = (snapshot, changes, warnings)
        (tear, end) = (reader.tear, reader.end)
    }

    var cluster: Cluster { snapshot.cluster }

    /// The cluster's time.
    func now(wallClock: Int64) -> Instant { snapshot.now(wallClock: wallClock) }

    /// The last changes up to the one whose state a snapshot has: subscribers were told of them.
    private static func changes(_ folder: JournalFolder, upTo last: Int) throws -> ChangeLog {
        var log = ChangeLog(after: last)
        guard last > 0 else { return log }
        let first = max(1, last - ChangeLog.limit + 1)
        let segments = try folder.segments().filter { $0.sequence <= last }
        for segment in segments[(segments.lastIndex { $0.sequence <= first } ?? 0)...] {
            let bytes = try FileReader.readAll(segment.path, limit: JournalReader.segmentLimit)
            _ = try JournalScan.run(bytes, isLast: true, from: first) { (entry) throws(JournalScan.Problem) in
                for (place, change) in entry.changes.enumerated() where entry.sequence + place <= last {
                    log.append(
                        RecordedChange(sequence: entry.sequence + place, instant: entry.instant, change: change))
                }
            }
        }
        return log.last == last ? log : ChangeLog(after: last)
    }
}
