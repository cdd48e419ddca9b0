/// The core joined with its machines of soft state: what the coordinator drives from sockets and the simulator from its
/// virtual clock.
public struct ControlPlane: Sendable {
    /// What an attempt's worker says of it in a heartbeat.
    public struct AttemptProgress: Hashable, Sendable {
        public var attempt: AttemptID
        /// Thousandths of its work.
        public var fraction: Int
        /// It read, wrote or said something since the last report.
        public var hasProgressed: Bool
        /// What its program last said of itself (`reporter:status:`), cut to ``statusLimit``.
        public var status: String

        public static let statusLimit = 200

        public init(attempt: AttemptID, fraction: Int, hasProgressed: Bool, status: String = "") {
            self.attempt = attempt
            self.fraction = fraction
            self.hasProgressed = hasProgressed
            self.status = status
        }
    }

    public private(set) var cluster: Cluster
    public private(set) var failures: FailureDetector
    public private(set) var progress = ProgressTracker()
    /// When stragglers are looked for next; nil while none could be given a backup task.
    private var nextLook: Instant?

    /// Between two looks for stragglers: as Spark's `spark.speculation.interval`. A backup task for a short one comes too
    /// late otherwise.
    ///
    /// In nanoseconds.
    static let lookInterval: Int64 = 100_000_000

    public init(heartbeatTimeout: Duration) {
        cluster = Cluster()
        failures = FailureDetector(timeout: heartbeatTimeout)
    }

    /// Goes on with the hard state of a coordinator before this one; who is silent and who is slow shows from now on.
    public init(heartbeatTimeout: Duration, recovering cluster: Cluster, at now: Instant) {
        self.cluster = cluster
        failures = FailureDetector(timeout: heartbeatTimeout)
        for (number, node) in cluster.state.nodes.enumerated() where node.isLive {
            failures.watch(cluster.incarnation(of: NodeID(number)), at: now)
            for attempt in node.running {
                progress.watch(attempt, timeout: cluster.taskTimeout(of: attempt.task.job), at: now)
            }
        }
    }

    /// When to call ``expire(at:)`` if nothing happens before.
    public var nextDeadline: Instant? {
        Self.earlier(Self.earlier(failures.nextDeadline, progress.nextDeadline), nextLook)
    }

    private static func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    public mutating func handle(_ event: Event, at now: Instant) -> Decision {
        var decision = Decision()
        handle(event, at: now, into: &decision)
        return decision
    }

    /// - Parameter decision: What it held is forgotten, and its room used again.
    public mutating func handle(_ event: Event, at now: Instant, into decision: inout Decision) {
        cluster.handle(event, at: now, into: &decision)
        for place in decision.changes.indices { follow(decision.changes[place], at: now) }
        if !cluster.hasRoomForBackups { nextLook = nil } else if nextLook == nil { lookLater(at: now) }
    }

    private mutating func lookLater(at now: Instant) { nextLook = now.advanced(byNanoseconds: Self.lookInterval) }

    /// A sign of life of a node, which brings no decision.
    ///
    /// - Parameter hearing: What it says of its hearing, if it does.
    public mutating func hear(
        _ incarnation: Incarnation, _ attempts: [AttemptProgress] = [], _ hearing: FailureDetector.Hearing? = nil,
        at now: Instant
    ) {
        failures.hear(incarnation, at: now)
        if let hearing { failures.note(hearing, of: incarnation, at: now) }
        for report in attempts {
            progress.report(report, at: now)
        }
    }

    /// What follows from the time alone: the findings, each with what was decided on it.
    public mutating func expire(at now: Instant) -> [Step] {
        var steps: [Step] = []
        for finding in failures.expire(at: now) {
            guard case .lost(let incarnation, let isDeaf) = finding else { continue }
            let time = "for \(failures.timeout.milliseconds) ms"
            let reason = isDeaf ? "it heard nothing of what it was sent \(time)" : "it was silent \(time)"
            steps.append(decide(.nodeLost(incarnation, reason: reason), at: now))
        }
        for attempt in progress.expire(at: now) { steps.append(decide(.attemptTimedOut(attempt), at: now)) }
        if let nextLook, nextLook <= now { steps += lookForStragglers(at: now) }
        return steps
    }

    private mutating func lookForStragglers(at now: Instant) -> [Step] {
        var steps: [Step] = []
        lookLater(at: now)
        // Of those for which nothing could be done now it need not be told.
        for attempt in progress.stragglers(at: now) where cluster.hasRoomForBackups && cluster.canBackUp(attempt) {
            steps.append(decide(.attemptSlow(attempt), at: now))
        }
        return steps
    }

    private mutating func decide(_ event: Event, at now: Instant) -> Step {
        Step(event: event, decision: handle(event, at: now))
    }

    @inline(__always) private mutating func follow(_ change: Change, at now: Instant) {
        switch change {
        case .nodeRegistered(let incarnation, _): failures.watch(incarnation, at: now)
        case .nodeResumed(let node): failures.hear(cluster.incarnation(of: node), at: now)
        case .nodeLost(let node, _), .nodeStopped(let node): failures.forget(cluster.incarnation(of: node))
        case .attemptLaunched(let attempt, _), .backupLaunched(let attempt, _):
            progress.watch(attempt, timeout: cluster.taskTimeout(of: attempt.task.job), at: now)
        case .attemptSucceeded(let attempt, _): progress.win(attempt, at: now)
        case .attemptFailed(let attempt, _), .attemptLost(let attempt), .attemptKilled(let attempt, _):
            progress.forget(attempt)
        case .jobEnded(let job, _): progress.forget(job)
        default: break
        }
    }
}

extension Cluster {
    func incarnation(of node: NodeID) -> Incarnation {
        Incarnation(node: node, number: state.nodes[node.number].incarnation)
    }

    /// Milliseconds; 0 is never.
    func taskTimeout(of job: JobID) -> Int { self[job].specification.taskTimeout }
}
