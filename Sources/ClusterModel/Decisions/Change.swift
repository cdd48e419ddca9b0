/// One change of the hard state. The list of changes is the cluster's history; evolving them again gives its state.
///
/// The rare and large cases are indirect, so that the many small ones, of which journals consist, are small.
public enum Change: Hashable, Sendable {
    /// The coordinator started. The cluster's name for itself keeps the temporary folders of two clusters apart; the wall
    /// clock, in nanoseconds since 1970, tells how long it was away when it starts again.
    case coordinatorStarted(epoch: Int, cluster: String, wallClock: Int64 = 0)

    indirect case nodeRequested(NodeID, NodeRegistration)
    indirect case nodeRegistered(Incarnation, NodeRegistration)
    /// Its connection broke. It keeps what it has, and is given nothing until it is back.
    case nodeDisconnected(NodeID)
    case nodeResumed(NodeID)
    case nodeDraining(NodeID)
    /// Too many jobs have failed on it that succeeded elsewhere.
    case nodeExcluded(NodeID, reason: String)
    case nodeIncluded(NodeID)
    case nodeLost(NodeID, reason: String)
    case nodeStopped(NodeID)

    indirect case jobSubmitted(JobID, JobSpecification)
    case jobCommitting(JobID)
    indirect case jobAborting(JobID, JobOutcome)
    indirect case jobEnded(JobID, JobOutcome)

    case attemptLaunched(AttemptID, NodeID)
    /// A second attempt at a task whose first is slow.
    case backupLaunched(AttemptID, NodeID)
    /// The reduce attempt has fetched all map output.
    case shuffleFinished(AttemptID)
    /// The attempt is its task's winner.
    case attemptSucceeded(AttemptID, Counters)
    indirect case attemptFailed(AttemptID, AttemptFailure)
    case attemptLost(AttemptID)
    /// The attempt was told to end: preempted, or its job is over.
    case attemptKillRequested(AttemptID, reason: String)
    case attemptKilled(AttemptID, reason: String)

    /// The reduce attempt could not fetch the map task's output.
    case fetchFailed(TaskID, by: AttemptID)
    /// A winner's output is gone; the map task must win again.
    case mapOutputLost(TaskID, reason: String)
    /// Reducers cannot read a winner's output, though its node lives: a failure of the map task's.
    case mapOutputRejected(TaskID, reason: String)
}

extension Change {
    /// The job that it concerns.
    public var job: JobID? {
        switch self {
        case .coordinatorStarted, .nodeRequested, .nodeRegistered, .nodeDisconnected, .nodeResumed, .nodeDraining,
            .nodeExcluded, .nodeIncluded,
            .nodeLost, .nodeStopped:
            nil
        case .jobSubmitted(let job, _), .jobCommitting(let job), .jobAborting(let job, _), .jobEnded(let job, _): job
        case .attemptLaunched(let attempt, _), .backupLaunched(let attempt, _), .shuffleFinished(let attempt),
            .attemptSucceeded(let attempt, _), .attemptFailed(let attempt, _),
            .attemptLost(let attempt), .attemptKillRequested(let attempt, _), .attemptKilled(let attempt, _):
            attempt.task.job
        case .fetchFailed(let task, _), .mapOutputLost(let task, _), .mapOutputRejected(let task, _): task.job
        }
    }
}

extension Change {
    /// It is an attempt's beginning or end, or something between.
    public var isOfAttempt: Bool {
        switch self {
        case .attemptLaunched, .backupLaunched, .shuffleFinished, .attemptSucceeded, .attemptFailed, .attemptLost,
            .attemptKillRequested, .attemptKilled:
            true
        default: false
        }
    }
}

extension Change {
    /// The node that it names: one whose own state changes, or that is given an attempt.
    var node: NodeID? {
        switch self {
        case .nodeRequested(let node, _), .nodeDisconnected(let node), .nodeResumed(let node), .nodeDraining(let node),
            .nodeExcluded(let node, _), .nodeIncluded(let node), .nodeLost(let node, _), .nodeStopped(let node),
            .attemptLaunched(_, let node), .backupLaunched(_, let node):
            node
        case .nodeRegistered(let incarnation, _): incarnation.node
        default: nil
        }
    }
}

/// What an attempt's container said of its end.
public struct AttemptFailure: Hashable, Sendable {
    public static let standardErrorLimit = 4096

    /// One sentence.
    public var reason = ""
    public var exitStatus: Int?
    /// The last lines of standard error, at most ``standardErrorLimit`` bytes.
    public var standardError = ""
    /// What its time went into, as counters of ``AttemptPhase``.
    public var phases = Counters()

    public init() {}

    public init(reason: String) { self.reason = reason }

    /// No longer than the limit, whatever a worker says.
    func cut() -> AttemptFailure {
        var cut = self
        cut.reason = Self.cut(reason)
        cut.standardError = Self.cut(standardError)
        cut.phases = Counters(phases.entries.filter { AttemptPhase($0) != nil })
        return cut
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= standardErrorLimit
            ? text : String(decoding: text.utf8.suffix(standardErrorLimit), as: UTF8.self)
    }
}
