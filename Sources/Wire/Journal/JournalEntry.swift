public import ClusterModel

/// The changes of one decision: they are journaled together or not at all.
public struct JournalEntry: Hashable, Sendable {
    /// The number of its first change.
    public var sequence = 0
    public var instant = Instant.start
    public var changes: [Change] = []

    public init() {}

    public init(sequence: Int, instant: Instant, changes: [Change]) {
        self.sequence = sequence
        self.instant = instant
        self.changes = changes
    }

    /// The number of its last change.
    public var last: Int { sequence + changes.count - 1 }
}

extension JournalEntry: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &sequence)
        try coder.field(2, &instant)
        try coder.field(3, &changes)
    }
}
