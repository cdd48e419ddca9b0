package import ClusterModel

// What a job has a million of: columns of numbers, no message each.

extension TaskTable: WireMessage {
    package init() { self.init(count: 0) }

    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var columns = columns
        try coder.field(1, &columns.count)
        try coder.field(2, &columns.states)
        try coder.field(3, &columns.since)
        try coder.field(4, &columns.nodes)
        try coder.field(5, &columns.failedNodes)
        try coder.field(6, &columns.durations)
        try coder.field(7, &columns.attempts)
        try coder.field(8, &columns.epochs)
        try coder.field(9, &columns.launches)
        try coder.field(10, &columns.failures)
        try coder.field(11, &columns.retries)
        guard C.isReading else { return }
        guard let read = TaskTable(columns) else { throw .malformed }
        self = read
    }
}

extension CounterTable: WireMessage {
    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var columns = columns
        try coder.field(1, &columns.shapes)
        try coder.field(2, &columns.rows)
        try coder.field(3, &columns.values)
        guard C.isReading else { return }
        guard let read = CounterTable(columns) else { throw .malformed }
        self = read
    }
}
