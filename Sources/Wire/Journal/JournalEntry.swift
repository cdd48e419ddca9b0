public import ClusterModel

/// The changes of one decision: they are journaled together or not at all. Where every input is kept, its event is with them;
/// then there are entries without changes too, which have the number of the next change.
public struct JournalEntry: Hashable, Sendable {
    /// The number of its first change.
    public var sequence = 0
    public var instant = Instant.start
    public var changes: [Change] = []
    /// What the changes were decided on, where that is kept.
    public var event: Event?

    public init() {}

    public init(sequence: Int, instant: Instant, changes: [Change], event: Event? = nil) {
        self.sequence = sequence
        self.instant = instant
        self.changes = changes
        self.event = event
    }

    /// The number of its last change.
    public var last: Int { sequence + changes.count - 1 }
}

extension JournalEntry: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &sequence)
        try coder.field(2, &instant)
        try coder.field(3, &changes)
        try coder.field(4, &event)
    }
}
