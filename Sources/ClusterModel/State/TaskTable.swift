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
        tasks[index].node = UInt32(node.number)
        tasks[index].attempt = UInt16(attempt.number)
        tasks[index].epoch = UInt16(attempt.epoch)
        tasks[index].launches += 1
        tasks[index].since = now.nanoseconds
    }

    mutating func succeed(_ index: Int, at now: Instant) {
        runningCount -= 1
        doneCount += 1
        tasks[index].state = .done
        let milliseconds = (now.nanoseconds - tasks[index].since) / 1_000_000
        tasks[index].duration = UInt32(clamping: milliseconds)
    }

    /// A running or a done task must be launched again.
    mutating func fallBack(_ index: Int, failed: Bool) {
        switch tasks[index].state {
        case .running: runningCount -= 1
        case .done: doneCount -= 1
        case .pending: preconditionFailure("task \(index) fell back twice")
        }
        tasks[index].state = .pending
        if failed {
            tasks[index].failures += 1
            tasks[index].hasFailed = true
            tasks[index].failedNode = tasks[index].node
        }
        retries.append(UInt32(index))
    }
}

/// One task: 32 bytes.
struct TaskRecord: Hashable, Sendable {
    enum State: UInt8 { case pending, running, done }

    /// When the last launch was, in nanoseconds of ``Instant``.
    var since: Int64 = 0
    /// The last launch's node.
    var node: UInt32 = 0
    /// The node where it failed last, if it ever has.
    var failedNode: UInt32 = 0
    /// Milliseconds from launch to success.
    var duration: UInt32 = 0
    /// The last launch's number.
    var attempt: UInt16 = 0
    /// The last launch's epoch.
    var epoch: UInt16 = 0
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
