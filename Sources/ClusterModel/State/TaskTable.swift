internal import DequeModule

/// The tasks of one kind of a job, as dense columns.
struct TaskTable: Hashable, Sendable {
    private(set) var tasks: [TaskRecord]
    /// Tasks from here on were never launched.
    private(set) var fresh = 0
    /// Tasks to be launched again, in the order they fell back.
    private(set) var retries: Deque<UInt32> = []
    private(set) var doneCount = 0
    private(set) var runningCount = 0

    init(count: Int) { tasks = Array(repeating: TaskRecord(), count: count) }

    var count: Int { tasks.count }
    var pendingCount: Int { tasks.count - doneCount - runningCount }
    var isDone: Bool { doneCount == tasks.count }

    mutating func launch(_ index: Int, on node: NodeID, attempt: AttemptID, at now: Instant) {
        if index == fresh {
            fresh += 1
        } else if let place = retries.firstIndex(of: UInt32(index)) {
            retries.remove(at: place)
        } else {
            preconditionFailure("task \(index) is not pending")
        }
        runningCount += 1
        tasks[index].state = .running
        tasks[index].launches += 1
        follow(RunningAttempt(attempt: attempt, node: node, launched: now))
    }

    /// Another attempt runs beside the one that the task's record follows.
    mutating func launchBackup(_ index: Int) { tasks[index].launches += 1 }

    /// The task's record follows this attempt from now on.
    mutating func follow(_ running: RunningAttempt) {
        let index = running.attempt.task.index
        tasks[index].node = UInt32(running.node.number)
        tasks[index].attempt = UInt16(running.attempt.number)
        tasks[index].epoch = UInt16(running.attempt.epoch)
        tasks[index].since = running.launched.nanoseconds
    }

    mutating func succeed(_ index: Int, at now: Instant) {
        runningCount -= 1
        doneCount += 1
        tasks[index].state = .done
        let milliseconds = (now.nanoseconds - tasks[index].since) / 1_000_000
        tasks[index].duration = UInt32(clamping: milliseconds)
    }

    /// A failure of the task's own.
    mutating func noteFailure(_ index: Int, on node: NodeID) {
        tasks[index].failures += 1
        tasks[index].hasFailed = true
        tasks[index].failedNode = UInt32(node.number)
    }

    /// A running or a done task must be launched again.
    mutating func fallBack(_ index: Int) {
        switch tasks[index].state {
        case .running: runningCount -= 1
        case .done: doneCount -= 1
        case .pending: preconditionFailure("task \(index) fell back twice")
        }
        tasks[index].state = .pending
        retries.append(UInt32(index))
    }
}

/// An attempt under way.
struct RunningAttempt: Hashable, Sendable {
    let attempt: AttemptID
    let node: NodeID
    let launched: Instant
}

/// One task: 32 bytes.
struct TaskRecord: Hashable, Sendable {
    enum State: UInt8 { case pending, running, done }

    /// When the attempt that it follows was launched, in nanoseconds of ``Instant``.
    var since: Int64 = 0
    /// That attempt's node.
    var node: UInt32 = 0
    /// The node where it failed last, if it ever has.
    var failedNode: UInt32 = 0
    /// Milliseconds from launch to success.
    var duration: UInt32 = 0
    /// The number of the attempt that it follows: the one that runs, has won, or ran last.
    var attempt: UInt16 = 0
    /// That attempt's epoch.
    var epoch: UInt16 = 0
    /// Launches so far, backup tasks included: the next attempt's number.
    var launches: UInt16 = 0
    /// Failures of its own; lost nodes and preemption are none.
    var failures: UInt8 = 0
    var state = State.pending
    /// Then the next launch goes elsewhere than to ``failedNode`` if it can.
    var hasFailed = false

    var nodeID: NodeID { NodeID(Int(node)) }
    /// Where it failed last; nil when it never has.
    var failedNodeID: NodeID? { hasFailed ? NodeID(Int(failedNode)) : nil }
}
