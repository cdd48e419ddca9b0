public import ClusterModel

/// A change, with its place in the cluster's history and its time.
public struct RecordedChange: Hashable, Sendable {
    /// Of the first change ever: 1.
    public var sequence = 0
    public var instant = Instant.start
    public var change = Change()

    public init() {}

    public init(sequence: Int, instant: Instant, change: Change) {
        self.sequence = sequence
        self.instant = instant
        self.change = change
    }
}

extension RecordedChange: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &sequence)
        try coder.field(2, &instant)
        try coder.field(3, &change)
    }
}

extension Change: WireMessage {
    public init() { self = .coordinatorStarted(epoch: 0, cluster: "") }

    /// One flat set of fields serves every case: a case writes those that it has.
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var fields = C.isReading ? ChangeFields() : ChangeFields(self)
        try fields.code(&coder)
        if C.isReading { self = try fields.change() }
    }
}

/// The fields of all changes, each at its default where a change has none.
private struct ChangeFields {
    var kind: UInt8 = 0
    var node = 0
    var incarnation = 0
    var job = 0
    var attempt = AttemptID()
    var text = ""
    var counters: Counters?
    var reduce: AttemptID?
    var wallClock: Int64 = 0
    /// Large and seldom there: nil for the many changes, of which journals consist, that have none of it.
    var rare: RareFields?

    final class RareFields {
        var registration: NodeRegistration?
        var specification: JobSpecification?
        var outcome: JobOutcome?
        var failure: AttemptFailure?

        init(
            registration: NodeRegistration? = nil, specification: JobSpecification? = nil, outcome: JobOutcome? = nil,
            failure: AttemptFailure? = nil
        ) {
            (self.registration, self.specification) = (registration, specification)
            (self.outcome, self.failure) = (outcome, failure)
        }
    }

    private var hasRareFields: Bool {
        switch kind {
        case 2, 3, 7, 9, 10, 13: true
        default: false
        }
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &kind)
        try coder.field(2, &node)
        try coder.field(3, &incarnation)
        try coder.field(4, &job)
        try coder.field(5, &attempt)
        try coder.field(6, &text)
        if C.isReading && hasRareFields { rare = RareFields() }
        if let rare {
            try coder.field(7, &rare.registration)
            try coder.field(8, &rare.specification)
            try coder.field(9, &rare.outcome)
        }
        try coder.field(10, &counters)
        if let rare { try coder.field(11, &rare.failure) }
        try coder.field(12, &reduce)
        try coder.field(13, &wallClock)
    }
}

extension ChangeFields {
    init(_ change: Change) {
        switch change {
        case .coordinatorStarted(let epoch, let cluster, let wallClock):
            (kind, incarnation, text, self.wallClock) = (1, epoch, cluster, wallClock)
        case .nodeRequested(let id, let registration):
            (kind, node, rare) = (2, id.number, RareFields(registration: registration))
        case .nodeRegistered(let id, let registration):
            (kind, node, incarnation, rare) = (3, id.node.number, id.number, RareFields(registration: registration))
        case .nodeDraining(let id): (kind, node) = (4, id.number)
        case .nodeLost(let id, let reason): (kind, node, text) = (5, id.number, reason)
        case .nodeStopped(let id): (kind, node) = (6, id.number)
        case .jobSubmitted(let id, let specification):
            (kind, job, rare) = (7, id.number, RareFields(specification: specification))
        case .jobCommitting(let id): (kind, job) = (8, id.number)
        case .jobAborting(let id, let outcome): (kind, job, rare) = (9, id.number, RareFields(outcome: outcome))
        case .jobEnded(let id, let outcome): (kind, job, rare) = (10, id.number, RareFields(outcome: outcome))
        case .attemptLaunched(let attempt, let id): (kind, self.attempt, node) = (11, attempt, id.number)
        case .attemptSucceeded(let attempt, let counters): (kind, self.attempt, self.counters) = (12, attempt, counters)
        case .attemptFailed(let attempt, let failure):
            (kind, self.attempt, rare) = (13, attempt, RareFields(failure: failure))
        case .attemptLost(let attempt): (kind, self.attempt) = (14, attempt)
        case .attemptKillRequested(let attempt, let reason): (kind, self.attempt, text) = (15, attempt, reason)
        case .attemptKilled(let attempt, let reason): (kind, self.attempt, text) = (16, attempt, reason)
        case .fetchFailed(let task, let reduce):
            (kind, attempt, self.reduce) = (17, AttemptID(task: task, epoch: 0, number: 0), reduce)
        case .mapOutputLost(let task, let reason):
            (kind, attempt, text) = (18, AttemptID(task: task, epoch: 0, number: 0), reason)
        case .mapOutputRejected(let task, let reason):
            (kind, attempt, text) = (19, AttemptID(task: task, epoch: 0, number: 0), reason)
        case .backupLaunched(let attempt, let id): (kind, self.attempt, node) = (20, attempt, id.number)
        case .shuffleFinished(let attempt): (kind, self.attempt) = (21, attempt)
        case .nodeExcluded(let id, let reason): (kind, node, text) = (22, id.number, reason)
        case .nodeIncluded(let id): (kind, node) = (23, id.number)
        case .nodeDisconnected(let id): (kind, node) = (24, id.number)
        case .nodeResumed(let id): (kind, node) = (25, id.number)
        }
    }

    func change() throws(WireError) -> Change {
        switch kind {
        case 1: .coordinatorStarted(epoch: incarnation, cluster: text, wallClock: wallClock)
        case 2: .nodeRequested(NodeID(node), rare?.registration ?? NodeRegistration())
        case 3:
            .nodeRegistered(
                Incarnation(node: NodeID(node), number: incarnation), rare?.registration ?? NodeRegistration())
        case 4: .nodeDraining(NodeID(node))
        case 5: .nodeLost(NodeID(node), reason: text)
        case 6: .nodeStopped(NodeID(node))
        case 7: .jobSubmitted(JobID(job), rare?.specification ?? JobSpecification())
        case 8: .jobCommitting(JobID(job))
        case 9: .jobAborting(JobID(job), rare?.outcome ?? .cancelled)
        case 10: .jobEnded(JobID(job), rare?.outcome ?? .cancelled)
        case 11: .attemptLaunched(attempt, NodeID(node))
        case 12: .attemptSucceeded(attempt, counters ?? Counters())
        case 13: .attemptFailed(attempt, rare?.failure ?? AttemptFailure())
        case 14: .attemptLost(attempt)
        case 15: .attemptKillRequested(attempt, reason: text)
        case 16: .attemptKilled(attempt, reason: text)
        case 17: .fetchFailed(attempt.task, by: reduce ?? AttemptID())
        case 18: .mapOutputLost(attempt.task, reason: text)
        case 19: .mapOutputRejected(attempt.task, reason: text)
        case 20: .backupLaunched(attempt, NodeID(node))
        case 21: .shuffleFinished(attempt)
        case 22: .nodeExcluded(NodeID(node), reason: text)
        case 23: .nodeIncluded(NodeID(node))
        case 24: .nodeDisconnected(NodeID(node))
        case 25: .nodeResumed(NodeID(node))
        default: throw .unknownCase(kind)
        }
    }
}
