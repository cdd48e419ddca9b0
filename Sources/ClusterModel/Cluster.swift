internal import BitCollections

/// A process that starts workers on its host, and can send them signals.
struct Launcher: Hashable, Sendable {
    let connection: ConnectionID
    let host: String
}

/// The core: everything that the cluster decides, as one value.
///
/// It is told what happened and when, and answers with what changed and what to do. It has no socket, clock, thread or
/// randomness; the same events at the same instants bring the same decisions in every process. Hard state changes in
/// ``ClusterState/evolve(_:at:)`` alone, so the changes by themselves give the state again.
public struct Cluster: Sendable {
    /// A map's output is made again after this many reports of failed fetches (Hadoop's
    /// `mapreduce.reduce.shuffle.max-fetch-failures`, there more refined).
    static let fetchFailureLimit = 3
    /// A node is excluded after so many jobs that failed on it and succeeded elsewhere (MRv1's
    /// `mapred.max.tracker.blacklists`, there 4).
    static let faultLimit = 3
    static let nodeLimit = 10_000
    static let activeJobLimit = 10_000

    package internal(set) var state = ClusterState()
    /// In the order they came. Soft: they come again.
    var launchers: [Launcher] = []
    /// Why nothing new is begun: it could not be remembered. Soft, and true for the moment only.
    var journalProblem: String?
    /// How soon attempts of jobs that have not ended come to their ends. Soft: it shows again.
    var latencies = Latencies()
    /// What the event under way has brought so far; empty between events.
    private var decision = Decision()
    private(set) var now = Instant.start
    /// Jobs that the event under way has changed, each once: only these can have come to a turn.
    private(set) var touchedJobs: [JobID] = []
    /// Nodes that changes of the event under way name.
    private(set) var touchedNodes: [NodeID] = []

    public init() {}

    /// A cluster whose hard state is what these changes made of it. It decides nothing.
    public init(evolving changes: [(Change, Instant)]) {
        for (change, instant) in changes { state.evolve(change, at: instant) }
    }

    /// A cluster with the hard state that a snapshot kept.
    package init(_ state: ClusterState) { self.state = state }

    /// What another process would know, that has the hard state alone.
    public mutating func forgetSoftState() { self = Cluster(state) }

    /// Whether the hard states are the same; soft state is not compared.
    public func hasSameState(as other: Cluster) -> Bool { state == other.state }

    /// Those that have not ended.
    public var activeJobs: [JobID] { state.active.map { JobID($0) } }

    /// The number of the last change.
    public var sequence: Int { state.sequence }

    public mutating func handle(_ event: Event, at now: Instant) -> Decision {
        var decision = Decision()
        handle(event, at: now, into: &decision)
        return decision
    }

    /// - Parameter decision: What it held is forgotten, and its room used again.
    public mutating func handle(_ event: Event, at now: Instant, into decision: inout Decision) {
        decision.removeAll()
        swap(&self.decision, &decision)
        defer { swap(&self.decision, &decision) }
        self.now = now
        while touchedJobs.popLast() != nil {}
        while touchedNodes.popLast() != nil {}
        switch event {
        case .coordinatorStarted(let cluster, let wallClock): start(cluster, wallClock)
        case .journalStuck(let reason): journalProblem = reason
        case .nodeRegistering(let registration, let connection): register(registration, connection)
        case .nodeLost(let incarnation, let reason): lose(incarnation, reason)
        case .nodeDisconnected(let incarnation): disconnect(incarnation)
        case .nodeResuming(let resumption, let connection): resume(resumption, connection)
        case .workerEnded(let name, let pid, let reason): endWorker(name, pid, reason)
        case .workerReplaced(let name, let pid): replaceWorker(name, pid)
        case .attemptSucceeded(let attempt, let counters, let source): succeed(attempt, counters, from: source)
        case .attemptFailed(let attempt, let failure, let source): fail(attempt, failure, from: source)
        case .attemptKilled(let attempt, let source): confirmKill(attempt, from: source)
        case .fetchFailed(let reduce, let map, let source): noteFetchFailure(reduce, map, from: source)
        case .shuffleFinished(let reduce, let source): finishShuffle(reduce, from: source)
        case .attemptSlow(let attempt): backUp(attempt)
        case .attemptTimedOut(let attempt): timeOut(attempt)
        case .jobSubmitted(let specification, let request): submit(specification, request)
        case .jobCancelled(let job, let request): cancel(job, request)
        case .scaleRequested(let role, let count, let type, let request): scale(role, to: count, type, request)
        case .nodeStartRequested(let name, let request): restart(name, request)
        case .nodeKillRequested(let name, let request): kill(name, request)
        case .nodeFaultRequested(let name, let fault, let request): inject(fault, into: name, request)
        case .launcherJoined(let connection, let host): joinLauncher(Launcher(connection: connection, host: host))
        case .launcherLeft(let connection): launchers.removeAll { $0.connection == connection }
        }
        advanceJobs()
        launchPending()
        stopDrained()
        assert(invariantBroken == nil, invariantBroken ?? "")
    }

    /// Nodes that a coordinator before this one knew are somewhere, with their work, and will be back.
    private mutating func start(_ cluster: String, _ wallClock: Int64) {
        let name = state.cluster.isEmpty ? cluster : state.cluster
        change(.coordinatorStarted(epoch: state.epoch + 1, cluster: name, wallClock: wallClock))
        for number in state.nodes.indices where state.nodes[number].isConnected {
            change(.nodeDisconnected(NodeID(number)))
        }
        touchActiveJobs()
    }

    /// Makes a change that was decided before, without deciding anything.
    public mutating func replay(_ change: Change, at instant: Instant) { state.evolve(change, at: instant) }

    /// Notes a change and makes it.
    mutating func change(_ change: consuming Change) {
        state.evolve(change, at: now)
        if let job = change.job { touch(job) }
        if let node = change.node { touchedNodes.append(node) }
        if decision.changes.isEmpty { decision.changes.reserveCapacity(Decision.usualSize) }
        decision.changes.append(change)
    }

    /// A node that is lost or drains may be what any job's next turn waits for.
    mutating func touchActiveJobs() {
        for number in state.active { touch(JobID(number)) }
    }

    private mutating func touch(_ job: JobID) {
        if touchedJobs.last != job, !touchedJobs.contains(job) { touchedJobs.append(job) }
    }

    mutating func effect(_ effect: Effect) {
        if decision.effects.isEmpty { decision.effects.reserveCapacity(Decision.usualSize) }
        decision.effects.append(effect)
    }
}
