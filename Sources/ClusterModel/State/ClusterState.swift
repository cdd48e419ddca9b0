internal import BitCollections
package import DequeModule

/// The hard state: all that must survive the coordinator. It changes in ``evolve(_:at:)`` and nowhere else.
///
/// It never decides: the same changes give the same state in any later version. Outside of this module only the codec of
/// snapshots may look into it; see ``restoreIndices()``.
package struct ClusterState: Hashable, Sendable {
    /// Distinguishes this cluster's temporary folders from another's.
    package var cluster = ""
    /// Starts of the coordinator so far.
    package var epoch = 0
    /// Changes so far; the number of the last one.
    package var sequence = 0
    /// By node number.
    package var nodes: [Node] = []
    var nodeNumbers: [String: Int] = [:]
    /// By job number less one.
    package var jobs: [Job] = []
    var free = FreeContainers()
    /// The same of the queues for them.
    var queues = FreeContainers()
    /// Numbers of jobs that have a task to launch.
    var launchable = BitSet()
    /// Numbers of those that only have a commit or abort task to launch.
    var closing = BitSet()
    /// Numbers of jobs of which something runs that a backup task might overtake.
    var overtakable = BitSet()
    /// Tasks of ended jobs that are remembered; beyond it the oldest jobs' are given up.
    static let endedTaskLimit = 200_000

    /// Numbers of ended jobs whose tasks are remembered, in the order they ended, and those tasks.
    package var ended: Deque<Int> = []
    var endedTasks = 0
    /// How many nodes are running.
    var runningNodes = 0
    /// Containers of these.
    var runningContainers = 0
    /// Numbers of nodes that are draining.
    var draining = BitSet()
    /// Numbers of jobs that have not ended.
    var active = BitSet()

    package init() {}

    mutating func evolve(_ change: Change, at now: Instant) {
        sequence += 1
        switch change {
        case .coordinatorStarted(let epoch, let cluster, _): (self.epoch, self.cluster) = (epoch, cluster)
        case .nodeRequested(let id, let registration): request(id, registration)
        case .nodeRegistered(let incarnation, let registration): register(incarnation, registration)
        case .nodeDisconnected(let id): update(id) { $0.isConnected = false }
        case .nodeResumed(let id): update(id) { $0.isConnected = true }
        case .nodeDraining(let id): update(id) { $0.state = .draining }
        case .nodeExcluded(let id, let reason):
            update(id) { node in (node.state, node.reason) = (.excluded, reason) }
        case .nodeIncluded(let id): update(id) { node in (node.state, node.reason, node.faults) = (.running, "", 0) }
        case .nodeLost(let id, let reason): end(id, as: .lost, reason: reason)
        case .nodeStopped(let id): end(id, as: .stopped, reason: "")
        case .jobSubmitted(let id, let specification): submit(id, specification, at: now)
        case .jobCommitting(let id): update(id) { $0.phase = .committing }
        case .jobAborting(let id, let outcome): update(id) { $0.phase = .aborting(outcome) }
        case .jobEnded(let id, let outcome): end(id, outcome, at: now)
        case .attemptLaunched(let attempt, let node): launch(attempt, on: node, at: now)
        case .backupLaunched(let attempt, let node): launchBackup(attempt, on: node, at: now)
        case .shuffleFinished(let reduce): update(reduce.task.job) { $0.fetchedReduces.append(reduce) }
        case .attemptSucceeded(let attempt, let counters): succeed(attempt, counters, at: now)
        case .attemptFailed(let attempt, let failure):
            fall(attempt, .failed, failure.reason, phases: failure.phases, at: now)
        case .attemptLost(let attempt): fall(attempt, .lost, whyLost(attempt), at: now)
        case .attemptKillRequested(let attempt, let reason): order(KillOrder(attempt: attempt, reason: reason))
        case .attemptKilled(let attempt, let reason): fall(attempt, .killed, reason, at: now)
        case .fetchFailed(let map, let reduce): update(map.job) { $0.noteFetchFailure(map.index, reduce) }
        case .mapOutputLost(let map, let reason): update(map.job) { $0.loseMapOutput(map, reason, at: now) }
        case .mapOutputRejected(let map, let reason): update(map.job) { $0.rejectMapOutput(map, reason, at: now) }
        }
    }

    /// Changes a node and keeps the count of free containers true.
    private mutating func update(_ id: NodeID, _ body: (inout Node) -> Void) {
        let (before, after) = Self.change(&nodes[id.number]) { node in
            let before = NodeStanding(node)
            body(&node)
            return (before, NodeStanding(node))
        }
        if before != after { note(id, from: before, to: after) }
        draining.set(id.number, to: nodes[id.number].state == .draining)
    }

    mutating func note(_ id: NodeID, from before: NodeStanding, to after: NodeStanding) {
        free.change(id, from: before.freeContainers, to: after.freeContainers)
        queues.change(id, from: before.queueRoom, to: after.queueRoom)
        runningNodes += (after.isRunning ? 1 : 0) - (before.isRunning ? 1 : 0)
        runningContainers += after.containers - before.containers
    }

    /// For what is asked at each change: asked in its place, a value need not be copied with all that it refers to.
    private static func change<Value, Result>(_ value: inout Value, _ body: (inout Value) -> Result) -> Result {
        body(&value)
    }

    /// Changes a job and keeps the sets of jobs true.
    mutating func update(_ id: JobID, _ body: (inout Job) -> Void) {
        let isChanged = Self.change(&jobs[id.number - 1]) { job in
            body(&job)
            return job.updateStanding()
        }
        if isChanged { note(id) }
    }

    private mutating func note(_ id: JobID) {
        let standing = jobs[id.number - 1].standing
        launchable.set(id.number, to: standing.hasLaunchable)
        closing.set(id.number, to: standing.isClosing)
        overtakable.set(id.number, to: standing.mayHaveStragglers)
    }
}

// MARK: - Nodes

extension ClusterState {
    private mutating func request(_ id: NodeID, _ registration: NodeRegistration) {
        add(id, registration)
        update(id) { node in
            node.registration = registration
            node.state = .starting
            node.reason = ""
        }
    }

    private mutating func register(_ incarnation: Incarnation, _ registration: NodeRegistration) {
        add(incarnation.node, registration)
        update(incarnation.node) { node in
            node.registration = registration
            node.incarnation = incarnation.number
            node.state = .running
            node.isConnected = true
            node.reason = ""
            node.faults = 0
        }
    }

    private mutating func add(_ id: NodeID, _ registration: NodeRegistration) {
        guard id.number == nodes.count else { return }
        nodes.append(Node(registration: registration))
        nodeNumbers[registration.name] = id.number
    }

    private mutating func end(_ id: NodeID, as state: NodeState, reason: String) {
        update(id) { node in
            node.state = state
            node.isConnected = false
            node.reason = reason
        }
        for job in active { jobs[job - 1].forget(id) }
    }

    /// The node's state is already that of a lost one.
    private func whyLost(_ attempt: AttemptID) -> String {
        let node = nodes[jobs[attempt.task.job.number - 1].running(attempt).node.number]
        if node.isLive { return "the order to run it was lost when the connection to \(node.registration.name) broke" }
        return "\(node.registration.name) was lost: \(node.reason)"
    }
}

// MARK: - Jobs and attempts

extension ClusterState {
    private mutating func submit(_ id: JobID, _ specification: JobSpecification, at now: Instant) {
        jobs.append(Job(id: id, specification: specification, submitted: now, submission: sequence))
        active.insert(id.number)
        update(id) { _ in }
    }

    private mutating func end(_ id: JobID, _ outcome: JobOutcome, at now: Instant) {
        // It came to its end elsewhere: that these nodes failed it was not its own fault (MRv1's JobTracker counts so too).
        if outcome == .succeeded { for node in jobs[id.number - 1].excludedNodes { nodes[node].faults += 1 } }
        update(id) { $0.end(outcome, at: now) }
        active.remove(id.number)
        endedTasks += jobs[id.number - 1].keptTaskCount
        ended.append(id.number)
        while endedTasks > Self.endedTaskLimit, ended.count > 1, let oldest = ended.popFirst() {
            endedTasks -= jobs[oldest - 1].keptTaskCount
            jobs[oldest - 1].collapseTasks()
        }
    }

    private mutating func launch(_ attempt: AttemptID, on node: NodeID, at now: Instant) {
        update(node) { $0.begin(attempt) }
        update(attempt.task.job) { job in
            job.runningOnNodes += 1
            job.launch(attempt, on: node, at: now)
        }
    }

    private mutating func launchBackup(_ attempt: AttemptID, on node: NodeID, at now: Instant) {
        update(node) { $0.begin(attempt) }
        update(attempt.task.job) { job in
            job.runningOnNodes += 1
            job.launchBackup(attempt, on: node, at: now)
        }
    }

    private mutating func succeed(_ attempt: AttemptID, _ counters: Counters, at now: Instant) {
        release(attempt)
        update(attempt.task.job) { $0.succeed(attempt, counters, at: now) }
    }

    private mutating func fall(
        _ attempt: AttemptID, _ end: EndedAttempt.End, _ reason: String, phases: Counters = Counters(), at now: Instant
    ) {
        release(attempt)
        update(attempt.task.job) { $0.fall(attempt, end, reason, phases: phases, at: now) }
    }

    private mutating func order(_ kill: KillOrder) {
        update(kill.attempt.task.job) { $0.killing.append(kill) }
    }

    private mutating func release(_ attempt: AttemptID) {
        let job = attempt.task.job.number - 1
        let node = Self.change(&jobs[job]) { $0.running(attempt).node }
        guard let place = nodes[node.number].running.firstIndex(of: attempt) else { return }
        update(node) { $0.end(at: place) }
        jobs[job].runningOnNodes -= 1
    }
}
