internal import BitCollections
internal import DequeModule

/// The tasks of one kind of a job, as dense columns.
package struct TaskTable: Hashable, Sendable {
    private(set) var tasks: [TaskRecord]
    /// Tasks from here on were never launched.
    private(set) var fresh = 0
    /// Tasks to be launched again, in the order they fell back.
    private(set) var retries: Deque<UInt32> = []
    private(set) var doneCount = 0
    private(set) var runningCount = 0

    package init(count: Int) { tasks = Array(repeating: TaskRecord(), count: count) }

    var count: Int { tasks.count }
    var pendingCount: Int { tasks.count - doneCount - runningCount }
    var isDone: Bool { doneCount == tasks.count }
    /// What is pending is queued.
    var isSound: Bool { pendingCount == count - fresh + retries.count }

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
        tasks[index].epoch = UInt32(running.attempt.epoch)
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

// MARK: - From lists

extension TaskTable {
    /// Nil when the lists do not fit each other.
    package init?(_ columns: TaskColumns) {
        let fresh = columns.states.count
        let narrow = [columns.attempts, columns.epochs, columns.launches, columns.failures]
        let others = narrow + [columns.nodes, columns.failedNodes, columns.durations]
        guard columns.since.count == fresh, others.allSatisfy({ $0.count == fresh }),
            (fresh...max(fresh, JobSpecification.splitLimit)).contains(columns.count)
        else { return nil }
        self.init(count: columns.count)
        self.fresh = fresh
        var before: Int64 = 0
        for index in 0..<fresh {
            guard let state = UInt8(exactly: columns.states[index]).flatMap(TaskRecord.State.init),
                let attempt = UInt16(exactly: columns.attempts[index]),
                let launches = UInt16(exactly: columns.launches[index]),
                let failures = UInt8(exactly: columns.failures[index])
            else { return nil }
            before &+= Int64(columns.since[index])
            tasks[index].state = state
            tasks[index].since = before
            tasks[index].node = columns.nodes[index]
            tasks[index].hasFailed = columns.failedNodes[index] > 0
            tasks[index].failedNode = max(1, columns.failedNodes[index]) - 1
            tasks[index].duration = columns.durations[index]
            (tasks[index].attempt, tasks[index].epoch) = (attempt, columns.epochs[index])
            (tasks[index].launches, tasks[index].failures) = (launches, failures)
            if state == .running { runningCount += 1 }
            if state == .done { doneCount += 1 }
        }
        guard areRetries(columns.retries) else { return nil }
        retries = Deque(columns.retries)
    }

    /// Each launched task that is pending must be among them, once.
    private func areRetries(_ numbers: [UInt32]) -> Bool {
        guard numbers.count == fresh - doneCount - runningCount else { return false }
        var seen = BitSet()
        return numbers.allSatisfy { $0 < fresh && tasks[Int($0)].state == .pending && seen.insert(Int($0)).inserted }
    }
}

/// An attempt under way.
package struct RunningAttempt: Hashable, Sendable {
    package var attempt: AttemptID
    package var node: NodeID
    package var launched: Instant

    package init(attempt: AttemptID, node: NodeID, launched: Instant) {
        (self.attempt, self.node, self.launched) = (attempt, node, launched)
    }
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
    /// The followed attempt's epoch.
    var epoch: UInt32 = 0
    /// The number of the attempt that it follows: the one that runs, has won, or ran last.
    var attempt: UInt16 = 0
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
