import ClusterModel

/// Follows the decisions of a run, and knows from them alone whether they keep the rules.
///
/// It shares no code with the core: what it believes it has from the changes.
struct Referee {
    struct JobRecord {
        let specification: JobSpecification
        var isEnded = false
        var isAborting = false
        var isCommitting = false
        var winners: [TaskID: AttemptID] = [:]
        var failures: [TaskID: Int] = [:]

        func allWon(_ kind: TaskKind, _ id: JobID) -> Bool {
            (0..<specification.taskCount(kind)).allSatisfy { winners[TaskID(job: id, kind: kind, index: $0)] != nil }
        }

        /// The kind whose winners make the output.
        var lastKind: TaskKind { specification.reduceCount > 0 ? .reduce : .map }
    }

    struct NodeRecord {
        var incarnation = 0
        var containers = 0
        var isLive = false
        var isConnected = true
        var takesAttempts = false
        var prepared: Set<JobID> = []
    }

    /// By job number less one.
    private(set) var jobs: [JobRecord] = []
    private(set) var nodes: [NodeRecord] = []
    private(set) var running: [AttemptID: NodeID] = [:]
    /// Where the maps have won.
    private var holders: [TaskID: Incarnation] = [:]
    /// In the order of launch.
    private(set) var launched: [AttemptID] = []
    private var launchedSet: Set<AttemptID> = []
    private var toBeKilled: Set<AttemptID> = []
    /// Running reduce attempts that need no map output any more.
    private(set) var fetched: Set<AttemptID> = []
    /// Rules that were broken.
    private(set) var complaints: [String] = []

    subscript(job: JobID) -> JobRecord { jobs[job.number - 1] }

    mutating func follow(_ decision: Decision, on event: Event) {
        let before = Set(running.keys)
        if let source = event.source, !isPresent(source) {
            check(decision == .nothing, "\(source) is gone and is believed: \(event)")
        }
        for change in decision.changes { follow(change) }
        var perNode: [NodeID: Int] = [:]
        for node in running.values { perNode[node, default: 0] += 1 }
        for (node, count) in perNode {
            check(count <= nodes[node.number].containers, "\(node) runs \(count) attempts")
            check(nodes[node.number].isLive, "\(node) runs attempts and is gone")
        }
        checkEffects(decision, on: event, before)
        checkMapOutputs()
        for attempt in running.keys where attempt.task.kind == .map && self[attempt.task.job].isCommitting {
            check(toBeKilled.contains(attempt), "\(attempt) runs for nobody")
        }
    }

    private func isPresent(_ source: Incarnation) -> Bool {
        guard nodes.indices.contains(source.node.number) else { return false }
        let node = nodes[source.node.number]
        return node.isLive && node.incarnation == source.number
    }

    /// While reducers are to come, the output of every map that is done must be where it can be fetched.
    private mutating func checkMapOutputs() {
        for (map, holder) in holders where !isPresent(holder) {
            let job = self[map.job]
            guard !job.isEnded, !job.isAborting, job.winners[map] != nil else { continue }
            check(!needsMapOutput(map.job), "the output of \(map) went with \(holder)")
        }
    }

    /// Some reduce task has neither won nor an attempt that has fetched everything.
    private func needsMapOutput(_ id: JobID) -> Bool {
        let job = self[id]
        let served = Set(fetched.map(\.task))
        return (0..<job.specification.reduceCount).contains { index in
            let task = TaskID(job: id, kind: .reduce, index: index)
            return job.winners[task] == nil && !served.contains(task)
        }
    }

    mutating func check(_ isKept: Bool, _ complaint: @autoclosure () -> String) {
        if !isKept { complaints.append(complaint()) }
    }

    private mutating func follow(_ change: Change) {
        if let job = change.job, job.number <= jobs.count { check(!self[job].isEnded, "\(job) has ended: \(change)") }
        switch change {
        case .coordinatorStarted: break
        case .fetchFailed(let map, let reduce):
            check(map.kind == .map && winner(map) != nil, "\(map) has no output that could fail")
            check(running[reduce] != nil, "\(reduce) does not run and fetches")
        case .jobCommitting(let id): jobs[id.number - 1].isCommitting = true
        case .nodeRequested(let id, _): update(id) { _ in }
        case .nodeRegistered(let incarnation, let registration):
            update(incarnation.node) { node in
                let next = node.incarnation + 1
                node = NodeRecord()
                node.incarnation = next
                node.containers = registration.containers
                (node.isLive, node.takesAttempts) = (true, true)
            }
            check(nodes[incarnation.node.number].incarnation == incarnation.number, "\(incarnation) is not the next")
        case .nodeDisconnected(let id):
            check(nodes[id.number].isLive && nodes[id.number].isConnected, "\(id) has no connection that could break")
            update(id) { $0.isConnected = false }
        case .nodeResumed(let id):
            check(nodes[id.number].isLive, "\(id) is gone and resumes")
            update(id) { $0.isConnected = true }
        case .nodeDraining(let id): update(id) { $0.takesAttempts = false }
        case .nodeExcluded(let id, _):
            check(nodes[id.number].takesAttempts, "\(id) takes no attempts and is excluded")
            update(id) { $0.takesAttempts = false }
            check(nodes.contains(where: \.takesAttempts), "the last node is excluded")
        case .nodeIncluded(let id): update(id) { $0.takesAttempts = true }
        case .nodeLost(let id, _), .nodeStopped(let id):
            update(id) { node in
                (node.isLive, node.takesAttempts) = (false, false)
                node.prepared = []
            }
        case .jobSubmitted(let id, let specification):
            check(id.number == jobs.count + 1, "\(id) is not the next")
            jobs.append(JobRecord(specification: specification))
        case .jobAborting(let id, let outcome): abort(id, outcome)
        case .jobEnded(let id, let outcome): end(id, outcome)
        case .attemptLaunched(let attempt, let node):
            let rivals = running.keys.filter { $0.task == attempt.task && !toBeKilled.contains($0) }
            check(rivals.isEmpty, "\(attempt.task) runs twice: \(rivals)")
            launch(attempt, node)
        case .backupLaunched(let attempt, let node): launchBackup(attempt, node)
        case .shuffleFinished(let reduce):
            check(running[reduce] != nil && reduce.task.kind == .reduce, "\(reduce) does not run and has fetched")
            fetched.insert(reduce)
        case .attemptSucceeded(let attempt, _):
            if attempt.task.kind == .map, self[attempt.task.job].lastKind == .reduce, let node = running[attempt] {
                holders[attempt.task] = Incarnation(node: node, number: nodes[node.number].incarnation)
            }
            stop(attempt)
            check(winner(attempt.task) == nil, "\(attempt) is a second winner")
            jobs[attempt.task.job.number - 1].winners[attempt.task] = attempt
        case .attemptFailed(let attempt, _):
            stop(attempt)
            jobs[attempt.task.job.number - 1].failures[attempt.task, default: 0] += 1
        case .attemptLost(let attempt), .attemptKilled(let attempt, _): stop(attempt)
        case .attemptKillRequested(let attempt, _):
            check(running[attempt] != nil, "\(attempt) does not run and is to be killed")
            check(!toBeKilled.contains(attempt), "\(attempt) is to be killed twice")
            toBeKilled.insert(attempt)
        case .mapOutputRejected(let task, _):
            check(task.kind == .map && winner(task) != nil, "\(task) has no output to reject")
            jobs[task.job.number - 1].winners[task] = nil
            jobs[task.job.number - 1].failures[task, default: 0] += 1
        case .mapOutputLost(let task, _):
            check(task.kind == .map && winner(task) != nil, "\(task) has no output to lose")
            check(needsMapOutput(task.job), "\(task) runs again for nobody")
            jobs[task.job.number - 1].winners[task] = nil
        }
    }

    func winner(_ task: TaskID) -> AttemptID? { self[task.job].winners[task] }

    private mutating func update(_ id: NodeID, _ body: (inout NodeRecord) -> Void) {
        while nodes.count <= id.number { nodes.append(NodeRecord()) }
        body(&nodes[id.number])
    }

    private mutating func launch(_ attempt: AttemptID, _ node: NodeID) {
        let task = attempt.task
        let job = self[task.job]
        check(launchedSet.insert(attempt).inserted, "\(attempt) was launched before")
        launched.append(attempt)
        check(winner(task) == nil, "\(task) has a winner and is launched")
        check(nodes[node.number].isConnected, "\(attempt) is launched on \(node), which cannot hear")
        check(nodes[node.number].takesAttempts, "\(attempt) is launched on \(node), which takes none")
        check(job.isAborting == (task.kind == .abort), "\(attempt) is launched, and aborting is \(job.isAborting)")
        if task.kind == .reduce { check(job.allWon(.map, task.job), "\(attempt) comes before the maps are done") }
        if task.kind == .commit {
            check(job.allWon(job.lastKind, task.job), "\(attempt) comes too early")
            let writers = running.keys.filter { $0.task.job == task.job && $0.task.kind == job.lastKind }
            check(writers.isEmpty, "\(attempt) comes while \(writers) write")
        }
        running[attempt] = node
    }

    private mutating func launchBackup(_ attempt: AttemptID, _ node: NodeID) {
        let rivals = running.keys.filter { $0.task == attempt.task && !toBeKilled.contains($0) }
        check(rivals.count == 1, "\(attempt) backs up \(rivals)")
        check(rivals.allSatisfy { running[$0] != node }, "\(attempt) runs beside what it backs up")
        launch(attempt, node)
        let tasks = Dictionary(grouping: running.keys, by: \.task)
        let containers = nodes.reduce(0) { $0 + ($1.takesAttempts ? $1.containers : 0) }
        let doubled = tasks.values.reduce(0) { $0 + $1.count - 1 }
        check(doubled <= max(1, containers / 10), "\(doubled) backup tasks for \(containers) containers")
    }

    private mutating func stop(_ attempt: AttemptID) {
        fetched.remove(attempt)
        check(running.removeValue(forKey: attempt) != nil, "\(attempt) ends and did not run")
    }

    private mutating func abort(_ id: JobID, _ outcome: JobOutcome) {
        jobs[id.number - 1].isAborting = true
        guard case .failed(let reason) = outcome else { return }
        guard let attempt = reason.attempt else { return check(false, "\(id) fails without an attempt") }
        let specification = self[id].specification
        let limit =
            switch attempt.task.kind {
            case .map: specification.mapAttemptLimit
            case .reduce: specification.reduceAttemptLimit
            case .commit, .abort: 4
            }
        check(self[id].failures[attempt.task] == limit, "\(id) fails before its limit")
    }

    private mutating func end(_ id: JobID, _ outcome: JobOutcome) {
        jobs[id.number - 1].isEnded = true
        check(!running.keys.contains { $0.task.job == id }, "\(id) ends while an attempt runs")
        guard outcome == .succeeded else { return check(self[id].isAborting, "\(id) ends as \(outcome) at once") }
        // Also one that was to be aborted, when its commit was quicker: its output is there.
        check(self[id].allWon(self[id].lastKind, id) && self[id].allWon(.commit, id), "\(id) succeeds without winners")
    }

    // MARK: - Effects

    private mutating func checkEffects(_ decision: Decision, on event: Event, _ before: Set<AttemptID>) {
        var ordered: [AttemptID] = []
        var killed: Set<AttemptID> = []
        var answers = 0
        for effect in decision.effects {
            switch effect {
            case .prepareJob(let job, let node): nodes[node.number].prepared.insert(job)
            case .launch(let attempt, let node):
                ordered.append(attempt)
                check(nodes[node.number].prepared.contains(attempt.task.job), "\(attempt) comes unprepared")
            case .kill(let attempt, _):
                // A node that is back may run what is long given up.
                check(before.contains(attempt) || event.isResumption, "\(attempt) does not run and is killed")
                killed.insert(attempt)
            case .answer: answers += 1
            default: break
            }
        }
        let launches = decision.changes.compactMap { change -> AttemptID? in
            switch change {
            case .attemptLaunched(let attempt, _), .backupLaunched(let attempt, _): attempt
            default: nil
            }
        }
        check(ordered == launches, "launched \(launches), ordered \(ordered)")
        for case .attemptKillRequested(let attempt, _) in decision.changes {
            check(killed.contains(attempt), "nobody is told to kill \(attempt)")
        }
        check(answers == (event.isRequest ? 1 : 0), "\(answers) answers to \(event)")
    }
}

extension Event {
    /// The incarnation that speaks, or is spoken of.
    fileprivate var source: Incarnation? {
        switch self {
        case .nodeLost(let source, _), .nodeDisconnected(let source), .attemptSucceeded(_, _, let source),
            .attemptFailed(_, _, let source),
            .attemptKilled(_, let source), .fetchFailed(_, _, let source), .shuffleFinished(_, let source):
            source
        default: nil
        }
    }

    fileprivate var isResumption: Bool { if case .nodeResuming = self { true } else { false } }

    fileprivate var isRequest: Bool {
        switch self {
        case .jobSubmitted, .jobCancelled, .scaleRequested, .nodeStartRequested, .nodeKillRequested: true
        default: false
        }
    }
}
