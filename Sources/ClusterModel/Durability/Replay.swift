/// Decides again what was recorded with its events: the same version must come to the same changes.
public struct Replay: Sendable {
    /// Where it did not.
    public struct Difference: Hashable, Sendable {
        public let event: Event
        public let recorded: [Change]
        public let decided: [Change]
    }

    public private(set) var cluster = Cluster()
    public private(set) var eventCount = 0

    public init() {}

    /// - Parameter event: Nil when it was not kept: then the changes are made without deciding anything.
    /// - Returns: Nil when the same was decided. After a difference nothing that follows means anything.
    public mutating func follow(_ event: Event?, _ changes: [Change], at instant: Instant) -> Difference? {
        guard let event else {
            for change in changes { cluster.replay(change, at: instant) }
            return nil
        }
        eventCount += 1
        // Another process: it had the hard state alone.
        if case .coordinatorStarted = event { cluster = Cluster(cluster.state) }
        let decided = cluster.handle(event, at: instant).changes
        return decided == changes ? nil : Difference(event: event, recorded: changes, decided: decided)
    }
}
