internal import ClusterModel
internal import Wire

/// What a coordinator before this one has left: its state, made again from the changes.
struct Recovery {
    private(set) var cluster = Cluster()
    /// The last ones, for subscribers that followed them.
    private(set) var changes = ChangeLog()
    let tear: JournalReader.Tear?
    /// Where the writer goes on.
    let end: (path: String, length: Int)?
    private var lastInstant = Instant.start
    /// When the last coordinator started, on the cluster's clock and on the wall's.
    private var lastStart: (instant: Instant, wallClock: Int64)?

    init(_ folder: JournalFolder) throws {
        var reader = JournalReader(folder)
        var (cluster, changes, lastInstant) = (Cluster(), ChangeLog(), Instant.start)
        var lastStart: (instant: Instant, wallClock: Int64)?
        try reader.read { change, instant in
            cluster.replay(change, at: instant)
            changes.append(RecordedChange(sequence: cluster.sequence, instant: instant, change: change))
            lastInstant = max(lastInstant, instant)
            if case .coordinatorStarted(_, _, let wallClock) = change { lastStart = (instant, wallClock) }
        }
        (self.cluster, self.changes, self.lastInstant, self.lastStart) = (cluster, changes, lastInstant, lastStart)
        tear = reader.tear
        end = reader.end
    }

    /// The cluster's time: it went on by the wall's clock while nobody was there, and never back.
    func now(wallClock: Int64) -> Instant {
        guard let lastStart else { return .start }
        let (away, overflow) = wallClock.subtractingReportingOverflow(lastStart.wallClock)
        guard !overflow, away > 0 else { return lastInstant }
        return max(lastInstant, lastStart.instant.advanced(by: .nanoseconds(away)))
    }
}
