package import BitCollections

/// How a job ended, or is about to.
public enum JobOutcome: Hashable, Sendable {
    case succeeded
    case failed(JobFailure)
    case cancelled

    /// As a sentence's end: what became of the job.
    public var text: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed(let failure): "failed: \(failure.reason)"
        case .cancelled: "was cancelled"
        }
    }
}

/// Why a job failed, in words that a user can act on.
public struct JobFailure: Hashable, Sendable {
    public var reason = ""
    /// The attempt that was one too many, if one was.
    public var attempt: AttemptID?
    /// Name of the node that it ran on.
    public var node = ""
    public var exitStatus: Int?
    /// The last lines of its standard error.
    public var standardError = ""

    public init() {}
}

/// An attempt that did not win, and why.
public struct EndedAttempt: Hashable, Sendable {
    public enum End: UInt8, Hashable, Sendable { case failed, lost, killed }

    public var attempt: AttemptID
    public var node: NodeID
    public var end: End
    public var reason: String
    public var launched: Instant
    public var ended: Instant
    /// What its time went into, if it could say so.
    package var phases = Counters()

    package init(
        attempt: AttemptID, node: NodeID, end: End, reason: String, launched: Instant, ended: Instant
    ) {
        (self.attempt, self.node, self.end) = (attempt, node, end)
        (self.reason, self.launched, self.ended) = (reason, launched, ended)
    }
}

package struct EndCounts: Hashable, Sendable {
    package var failed = 0
    package var lost = 0
    package var killed = 0

    package init() {}
}

/// How many tasks stand where.
package struct TaskCounts: Hashable, Sendable {
    package var total = 0
    package var pending = 0
    package var running = 0
    package var done = 0

    package init() {}

    init(_ table: TaskTable) {
        (total, pending, running, done) = (table.count, table.pendingCount, table.runningCount, table.doneCount)
    }
}

extension Job {
    func counts(_ kind: TaskKind) -> TaskCounts { taskCounts?[Int(kind.rawValue)] ?? TaskCounts(self[kind]) }

    /// Gives up what only matters while it runs.
    mutating func collapseSpecification() { specification = specification.collapsed() }

    /// Gives up the tasks of an ended job; how many they were is still known.
    mutating func collapseTasks() {
        taskCounts = tables.map { TaskCounts($0) }
        tables = tables.map { _ in TaskTable(count: 0) }
        history = []
        taskCounters = []
    }
}

/// An attempt that was told to end.
package struct KillOrder: Hashable, Sendable {
    package var attempt: AttemptID
    package var reason: String

    package init(attempt: AttemptID, reason: String) { (self.attempt, self.reason) = (attempt, reason) }
}

/// A job as the hard state knows it.
package struct Job: Hashable, Sendable {
    package enum Phase: Hashable, Sendable {
        case running
        /// All tasks have winners; the commit task has not.
        case committing
        /// Will end so, once nothing of it runs and what it wrote is removed.
        case aborting(JobOutcome)
        case ended(JobOutcome)
    }

    /// Failures on one node after which a job excludes it (Hadoop's `mapreduce.job.maxtaskfailures.per.tracker`).
    static let nodeFailureLimit = 3
    /// Ended attempts that a job remembers.
    static let historyLimit = 500

    package var id: JobID
    package var specification: JobSpecification
    package var submitted: Instant
    /// The number of the change that submitted it.
    package var submission: Int
    package var phase = Phase.running
    package var finished: Instant?
    /// One table a kind, at the kind's raw value.
    package var tables: [TaskTable]
    /// Nodes that were given the job's program in their present incarnation.
    package var preparedNodes = BitSet()
    /// Failures of its tasks by node number.
    package var nodeFailures: [UInt16] = []
    /// Nodes on which so many of its tasks failed that it wants no more of them.
    package var excludedNodes = BitSet()
    /// Tells whether anything was ever launched, so that there may be something to remove.
    package var hasLaunched = false
    /// Attempts that were told to end and have not yet, with the reason.
    package var killing: [KillOrder] = []
    /// Running attempts beside those that their tasks' records follow: backup tasks, and losers that are to be killed.
    package var others: [RunningAttempt] = []
    /// Running reduce attempts, in the order of their launch.
    package var runningReduces: [AttemptID] = []
    /// Those of them that have fetched all map output, and need none of it any more.
    package var fetchedReduces: [AttemptID] = []
    /// Winning maps by node number, so that a lost node's are found without a scan.
    package var mapOutputs: [[UInt32]] = []
    /// Winning maps whose output is gone with its node. They run again when a reducer needs them, and not before.
    package var strandedMaps = BitSet()
    /// Reports of failed fetches by map task.
    package var fetchFailures: [UInt32: FetchReports] = [:]
    /// Who could not fetch from whom.
    package var fetchTroubles = FetchTroubles()
    /// The winners' counters by kind and task; those of a map whose output was lost stay until it wins again.
    package var taskCounters: [CounterTable]
    package var counters = Counters()
    package var history: [EndedAttempt] = []
    /// Of the tasks by kind, when they themselves are given up.
    package var taskCounts: [TaskCounts]?
    /// Ended attempts in all, those forgotten included.
    package var endCounts = EndCounts()

    /// How many attempts of it are on the nodes' lists; follows from these.
    var runningOnNodes = 0
    /// What the cluster's indices know of it; follows from all else.
    private(set) var standing = JobStanding()

    package init(id: JobID, specification: JobSpecification, submitted: Instant, submission: Int) {
        self.id = id
        self.specification = specification
        self.submitted = submitted
        self.submission = submission
        tables = TaskKind.allCases.map { TaskTable(count: specification.taskCount($0)) }
        taskCounters = Array(repeating: CounterTable(), count: TaskKind.allCases.count)
    }

    subscript(kind: TaskKind) -> TaskTable {
        _read { yield tables[Int(kind.rawValue)] }
        _modify { yield &tables[Int(kind.rawValue)] }
    }

    /// - Returns: Whether it has changed.
    mutating func updateStanding() -> Bool {
        let before = standing
        standing = JobStanding(self)
        return standing != before
    }

    var isEnded: Bool { if case .ended = phase { true } else { false } }

    var runningCount: Int {
        var count = others.count
        for place in tables.indices { count += tables[place].runningCount }
        return count
    }

    /// Whether map output is still to be read by somebody: a reduce task that is neither done nor has an attempt that has
    /// fetched it all.
    var needsMapOutput: Bool {
        guard phase == .running, specification.reduceCount > 0 else { return false }
        var fetched = BitSet()
        for attempt in fetchedReduces where self[.reduce].tasks[attempt.task.index].state == .running {
            fetched.insert(attempt.task.index)
        }
        return self[.reduce].doneCount + fetched.count < self[.reduce].count
    }

    /// The kind whose pending tasks may be launched now.
    @inline(__always) var launchableKind: TaskKind? {
        switch phase {
        case .running:
            let kind: TaskKind = reducersMayStart ? .reduce : .map
            return roomForRunning(kind) > 0 ? kind : nil
        // A loser may still write where the commit gathers and removes.
        case .committing: return others.isEmpty ? .commit : nil
        case .aborting: return runningCount == 0 && hasLaunched ? .abort : nil
        case .ended: return nil
        }
    }

    /// How many attempts of the kind may run beside those that do, backup tasks and losers included (the `MAX_RUNNING` of
    /// Hadoop's RMContainerAllocator).
    @inline(__always) func roomForRunning(_ kind: TaskKind) -> Int {
        let limit = specification.runningLimit(kind)
        if limit <= 0 { return .max }
        return limit - self[kind].runningCount - others.count { $0.attempt.task.kind == kind }
    }

    /// Maps come first: none waits, be it for a container or for the job's limit, and there is something to fetch (the slow start of Hadoop's
    /// RMContainerAllocator).
    @inline(__always) private var reducersMayStart: Bool {
        self[.map].pendingCount == 0
            && self[.map].doneCount * 1000 >= specification.reduceSlowStart * self[.map].count
    }

    /// The attempt that runs, has won, or ran last; a backup task is not it until the other is gone.
    func followedAttempt(_ task: TaskID) -> AttemptID {
        let record = self[task.kind].tasks[task.index]
        return AttemptID(task: task, epoch: Int(record.epoch), number: Int(record.attempt))
    }

    /// Where and since when the attempt runs, which must be running.
    @inline(__always) func running(_ attempt: AttemptID) -> RunningAttempt {
        if let place = others.firstIndex(where: { $0.attempt == attempt }) { return others[place] }
        let record = self[attempt.task.kind].tasks[attempt.task.index]
        return RunningAttempt(
            attempt: attempt, node: record.nodeID, launched: Instant(nanoseconds: record.since))
    }

    /// The running attempts of the task that nobody has ordered to be killed.
    func rivals(of attempt: AttemptID) -> [AttemptID] {
        let task = attempt.task
        var running: [AttemptID] = []
        for other in others where other.attempt.task == task { running.append(other.attempt) }
        if self[task.kind].tasks[task.index].state == .running { running.append(followedAttempt(task)) }
        running.removeAll { $0 == attempt || isBeingKilled($0) }
        return running
    }

    func killReason(_ attempt: AttemptID) -> String? {
        killing.firstIndex { $0.attempt == attempt }.map { killing[$0].reason }
    }

    func isBeingKilled(_ attempt: AttemptID) -> Bool { killing.contains { $0.attempt == attempt } }

    var isRunning: Bool { if case .running = phase { true } else { false } }

    /// Tasks of all kinds whose records are kept.
    var keptTaskCount: Int { tables.reduce(0) { $0 + $1.count } }
}
