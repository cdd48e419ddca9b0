/// Decides again what was recorded with its events: the same version must come to the same changes.
public struct Replay: Sendable {
    /// Where it did not.
    public struct Difference: Hashable, Sendable {
        public let event: Event
        public let recorded: [Change]
        public let decided: [Change]
    }

    public private(set) var cluster: Cluster
    public private(set) var eventCount = 0
    /// Changes that were decided again, and not only made.
    public private(set) var changeCount = 0
    /// Whether the soft state is known too.
    private var isWhole: Bool

    /// - Parameter beginning: The hard state before the first change. Behind any but the first of all, decisions begin with the
    ///   next start of a coordinator: until then they may hang on what is not in it.
    public init(after beginning: Cluster = Cluster()) { (cluster, isWhole) = (beginning, beginning.sequence == 0) }

    /// - Parameter event: Nil when it was not kept: then the changes are made without deciding anything.
    /// - Returns: Nil when the same was decided. After a difference nothing that follows means anything.
    public mutating func follow(_ event: Event?, _ changes: [Change], at instant: Instant) -> Difference? {
        if case .coordinatorStarted = event { isWhole = true }
        guard let event, isWhole else {
            for change in changes { cluster.replay(change, at: instant) }
            return nil
        }
        eventCount += 1
        changeCount += changes.count
        // Another process: it had the hard state alone.
        if case .coordinatorStarted = event { cluster.forgetSoftState() }
        let decided = cluster.handle(event, at: instant).changes
        return decided == changes ? nil : Difference(event: event, recorded: changes, decided: decided)
    }
}
