/// A ``TaskTable`` as lists, for snapshots: of tasks that were never launched only the number is kept.
package struct TaskColumns: Hashable, Sendable {
    /// Of all tasks.
    package var count = 0
    /// Task by task, like all that follow: pending 0, running 1, done 2.
    package var states: [UInt32] = []
    /// Nanoseconds since the launch of the task before.
    package var since: [Int] = []
    package var nodes: [UInt32] = []
    /// One higher than the number of the node where it failed last; 0 when it never has.
    package var failedNodes: [UInt32] = []
    package var durations: [UInt32] = []
    package var attempts: [UInt32] = []
    package var epochs: [UInt32] = []
    package var launches: [UInt32] = []
    package var failures: [UInt32] = []
    /// Tasks to be launched again, in their order.
    package var retries: [UInt32] = []

    package init() {}
}

extension TaskTable {
    package var columns: TaskColumns {
        let launched = tasks[..<fresh]
        var columns = TaskColumns()
        columns.count = count
        columns.states = launched.map { UInt32($0.state.rawValue) }
        var before: Int64 = 0
        columns.since = launched.map { task in
            defer { before = task.since }
            return Int(task.since &- before)
        }
        columns.nodes = launched.map(\.node)
        columns.failedNodes = launched.map { $0.hasFailed ? $0.failedNode + 1 : 0 }
        columns.durations = launched.map(\.duration)
        columns.attempts = launched.map { UInt32($0.attempt) }
        columns.epochs = launched.map { UInt32($0.epoch) }
        columns.launches = launched.map { UInt32($0.launches) }
        columns.failures = launched.map { UInt32($0.failures) }
        columns.retries = Array(retries)
        return columns
    }
}
