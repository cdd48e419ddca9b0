/// Changes as sentences, with the nodes' names and how far each job is.
public struct ChangeText: Sendable {
    /// How far a job is, counted from its changes.
    public struct Progress: Equatable, Sendable {
        public internal(set) var maps = 0
        public internal(set) var mapsDone = 0
        public internal(set) var reduces = 0
        public internal(set) var reducesDone = 0
        public internal(set) var failed = 0
        public internal(set) var lost = 0
        public internal(set) var killed = 0

        public var text: String { "maps \(mapsDone)/\(maps), reduces \(reducesDone)/\(reduces)" }
    }

    private var names: [Int: String] = [:]
    public private(set) var progress: [JobID: Progress] = [:]

    /// - Parameter nodes: That are there already, the master first.
    public init(nodes: [NodeReport] = []) {
        // The master comes first and has no number.
        for (number, node) in nodes.dropFirst().enumerated() { names[number] = node.name }
    }

    /// Goes on from what a report says of a job.
    public mutating func begin(_ id: JobID, _ report: JobReport) {
        progress[id] = Progress(
            maps: report.maps.total, mapsDone: report.maps.done, reduces: report.reduces.total,
            reducesDone: report.reduces.done, failed: report.attemptsFailed, lost: report.attemptsLost,
            killed: report.attemptsKilled)
    }

    /// One sentence. What it says of a job's progress counts this change.
    public mutating func text(_ change: Change) -> String {
        switch change {
        case .coordinatorStarted(let epoch, _, _): "the coordinator started, epoch \(epoch)"
        case .nodeRequested(let node, let registration): named(node, registration, "is asked for")
        case .nodeRegistered(let incarnation, let registration):
            named(
                incarnation.node, registration,
                "joined with \(registration.containers) containers, pid \(registration.pid)")
        case .nodeExcluded(let node, let reason): "\(name(node)) is excluded: \(reason)"
        case .nodeIncluded(let node): "\(name(node)) is no longer excluded"
        case .nodeDisconnected(let node): "the connection to \(name(node)) broke"
        case .nodeResumed(let node): "\(name(node)) is back and goes on"
        case .nodeDraining(let node): "\(name(node)) is draining"
        case .nodeLost(let node, let reason): "\(name(node)) is lost: \(reason)"
        case .nodeStopped(let node): "\(name(node)) stopped"
        case .jobSubmitted(let job, let specification): submitted(job, specification)
        case .jobCommitting(let job): "\(job) has all its output and commits it"
        case .jobAborting(let job, let outcome): "\(job) \(outcome.text); what it wrote is removed"
        case .jobEnded(let job, let outcome): "\(job) \(outcome.text)"
        case .attemptLaunched(let attempt, let node): "\(attempt) runs on \(name(node))"
        case .backupLaunched(let attempt, let node): "\(attempt) runs on \(name(node)), a backup for a slow one"
        case .shuffleFinished(let reduce): "\(reduce) has fetched all map output"
        case .attemptSucceeded(let attempt, _): succeeded(attempt)
        case .attemptFailed(let attempt, let failure):
            ended(attempt, \.failed, "failed and is retried: \(failure.reason)")
        case .attemptLost(let attempt): ended(attempt, \.lost, "was lost and is retried")
        case .attemptKillRequested(let attempt, let reason): "\(attempt) is to be killed: \(reason)"
        case .attemptKilled(let attempt, let reason): ended(attempt, \.killed, "was killed: \(reason)")
        case .fetchFailed(let map, let reduce): "\(reduce) could not fetch the output of \(map)"
        case .mapOutputLost(let map, let reason), .mapOutputRejected(let map, let reason): lostOutput(map, reason)
        }
    }

    private mutating func named(_ node: NodeID, _ registration: NodeRegistration, _ what: String) -> String {
        names[node.number] = registration.name
        return "\(registration.name) (\(registration.instanceType)) \(what)"
    }

    /// What a node is called.
    public func name(_ node: NodeID) -> String { names[node.number] ?? "\(node)" }

    private mutating func submitted(_ job: JobID, _ specification: JobSpecification) -> String {
        progress[job] = Progress(maps: specification.splits.count, reduces: specification.reduceCount)
        return
            "\(job) submitted: \(specification.name), \(specification.splits.count) maps, \(specification.reduceCount) reduces"
    }

    private mutating func succeeded(_ attempt: AttemptID) -> String {
        let job = attempt.task.job
        switch attempt.task.kind {
        case .map: progress[job]?.mapsDone += 1
        case .reduce: progress[job]?.reducesDone += 1
        case .commit, .abort: break
        }
        return "\(attempt) succeeded (\(progress[job]?.text ?? ""))"
    }

    private mutating func ended(_ attempt: AttemptID, _ count: WritableKeyPath<Progress, Int>, _ what: String) -> String
    {
        progress[attempt.task.job]?[keyPath: count] += 1
        return "\(attempt) \(what)"
    }

    private mutating func lostOutput(_ map: TaskID, _ reason: String) -> String {
        progress[map.job]?.mapsDone -= 1
        return "\(map) must run again: \(reason)"
    }
}
