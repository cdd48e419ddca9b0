internal import ClusterModel
internal import Wire

/// Follows the decisions of a run, and knows from them alone whether they keep the rules.
///
/// It shares no code with the core: what it believes it has from the changes. Each step is looked at in a time that does not
/// grow with the run.
struct Referee: Sendable {
    struct Running: Sendable {
        let attempt: AttemptID
        let node: Int
        /// Its end was ordered.
        var isToBeKilled = false
        /// It needs no map output any more.
        var hasFetched = false
    }

    struct TaskRecord: Sendable {
        var running: [Running] = []
        var winner: AttemptID?
        /// The incarnation of the node that has the winner's output.
        var holder: Incarnation?
        /// That node is gone.
        var isStranded = false
        var failures = 0
        /// Of its attempts: epoch and number.
        var last: (epoch: Int, number: Int) = (0, -1)
    }

    struct JobRecord: Sendable {
        let specification: JobSpecification
        var tasks: [[TaskRecord]]
        /// By kind.
        var won = [0, 0, 0, 0]
        var running = [0, 0, 0, 0]
        /// Maps whose output went with its node.
        var stranded = 0
        /// Reduce tasks that have neither a winner nor a running attempt that has fetched everything.
        var unserved: Int
        var isEnded = false
        var hasSucceeded = false
        var isAborting = false
        var isCommitting = false

        init(_ specification: JobSpecification) {
            self.specification = specification
            tasks = TaskKind.allCases.map { kind in
                [TaskRecord](repeating: TaskRecord(), count: specification.taskCount(kind))
            }
            unserved = specification.reduceCount
        }

        /// The kind whose winners make the output.
        var lastKind: TaskKind { specification.reduceCount > 0 ? .reduce : .map }

        /// Every map has won or runs.
        var reducersMayRun: Bool {
            let (map, all) = (Int(TaskKind.map.rawValue), tasks[Int(TaskKind.map.rawValue)])
            return won[map] == all.count || all.allSatisfy { $0.winner != nil || !$0.running.isEmpty }
        }
        func allWon(_ kind: TaskKind) -> Bool { won[Int(kind.rawValue)] == tasks[Int(kind.rawValue)].count }
    }

    struct NodeRecord: Sendable {
        var incarnation = 0
        var containers = 0
        var running = 0
        var isLive = false
        var isConnected = true
        var takesAttempts = false
        var prepared: [JobID] = []
        /// Maps that have won here, and may have lost their output since.
        var maps: [TaskID] = []
    }

    /// By job number less one.
    var jobs: [JobRecord] = []
    var nodes: [NodeRecord] = []
    var epoch = 0
    var runningCount = 0
    var openJobs = 0
    /// Attempts beyond the first of their tasks.
    var doubled = 0
    /// Of all nodes that take attempts.
    var containers = 0
    /// Rules that were looked at.
    private(set) var checks = 0
    /// Rules that were broken.
    private(set) var complaints: [String] = []
    /// Jobs whose commit begins with the step under way.
    var committing: [JobID] = []
    /// Nodes that the step under way has lost.
    var lost: [NodeID] = []
    /// Jobs that the step under way has to do with.
    var touched: [JobID] = []

    mutating func check(_ isKept: Bool, _ complaint: @autoclosure () -> String) {
        checks += 1
        if !isKept { complaints.append(complaint()) }
    }

    // MARK: - Steps

    mutating func follow(_ decision: Decision, on event: Event) {
        if let source = event.source, !isPresent(source) {
            check(
                decision.changes.isEmpty && decision.effects.isEmpty, "\(source) is gone and is believed: \(event)")
        }
        for change in decision.changes { follow(change) }
        checkEffects(decision, on: event)
        for job in touched { checkMapOutputs(of: job) }
        for job in committing { checkLeft(job) }
        touched.removeAll(keepingCapacity: true)
        committing.removeAll(keepingCapacity: true)
    }

    /// Begins anew with what a crash has left.
    mutating func goBack(to entries: [JournalEntry]) {
        let (checks, complaints) = (checks, complaints)
        self = Referee()
        for change in entries.lazy.flatMap(\.changes) {
            follow(change)
            // The order that went before is not written down.
            if let (attempt, node) = change.launched { prepare(attempt.task.job, node) }
        }
        (touched, lost, committing) = ([], [], [])
        (self.checks, self.complaints) = (checks, complaints)
    }

    func isPresent(_ source: Incarnation) -> Bool {
        guard nodes.indices.contains(source.node.number) else { return false }
        return nodes[source.node.number].isLive && nodes[source.node.number].incarnation == source.number
    }

    /// While reducers are to come, the output of every map that is done must be where it can be fetched.
    private mutating func checkMapOutputs(of id: JobID) {
        let place = id.number - 1
        guard !jobs[place].isEnded, !jobs[place].isAborting else { return }
        let isThere = jobs[place].stranded == 0 || jobs[place].unserved == 0
        check(isThere, "map output of \(id) went with its node, and is not made again")
    }

    // MARK: - What it knows

    func knows(_ job: JobID) -> Bool { job.number >= 1 && job.number <= jobs.count }

    func hasSucceeded(_ job: JobID) -> Bool { knows(job) && jobs[job.number - 1].hasSucceeded }

    var unended: [JobID] { jobs.indices.filter { !jobs[$0].isEnded }.map { JobID($0 + 1) } }

    /// Whose output makes the job's, by partition.
    func winners(of id: JobID) -> [AttemptID] {
        let job = jobs[id.number - 1]
        return job.tasks[Int(job.lastKind.rawValue)].compactMap(\.winner)
    }

    subscript(task: TaskID) -> TaskRecord {
        _read { yield jobs[task.job.number - 1].tasks[Int(task.kind.rawValue)][task.index] }
        _modify { yield &jobs[task.job.number - 1].tasks[Int(task.kind.rawValue)][task.index] }
    }

    func running(_ attempt: AttemptID) -> Running? { self[attempt.task].running.first { $0.attempt == attempt } }
}

extension Event {
    /// The incarnation that speaks, or is spoken of.
    var source: Incarnation? {
        switch self {
        case .nodeLost(let source, _), .nodeDisconnected(let source), .attemptSucceeded(_, _, let source),
            .attemptFailed(_, _, let source), .attemptKilled(_, let source), .fetchFailed(_, _, let source),
            .shuffleFinished(_, let source):
            source
        default: nil
        }
    }

    var isRequest: Bool {
        switch self {
        case .jobSubmitted, .jobCancelled, .scaleRequested, .nodeStartRequested, .nodeKillRequested,
            .nodeFaultRequested:
            true
        default: false
        }
    }
}
