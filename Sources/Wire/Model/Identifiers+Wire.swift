public import ClusterModel

// How the core's names of things travel. Numbers only: names are looked up where they are shown.

extension JobID: WireMessage {
    public init() { self.init(0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var number = number
        try coder.field(1, &number)
        self = JobID(number)
    }
}

extension TaskID: WireMessage {
    public init() { self.init(job: JobID(), kind: .map, index: 0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var (job, kind, index) = (job.number, kind, index)
        try coder.field(1, &job)
        try coder.field(2, &kind)
        try coder.field(3, &index)
        self = TaskID(job: JobID(job), kind: kind, index: index)
    }
}

extension AttemptID: WireMessage {
    public init() { self.init(task: TaskID(), epoch: 0, number: 0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var (job, kind, index) = (task.job.number, task.kind, task.index)
        var (epoch, number) = (epoch, number)
        try coder.field(1, &job)
        try coder.field(2, &kind)
        try coder.field(3, &index)
        try coder.field(4, &epoch)
        try coder.field(5, &number)
        self = AttemptID(task: TaskID(job: JobID(job), kind: kind, index: index), epoch: epoch, number: number)
    }
}

extension NodeID: WireMessage {
    public init() { self.init(0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var number = number
        try coder.field(1, &number)
        self = NodeID(number)
    }
}

extension Incarnation: WireMessage {
    public init() { self.init(node: NodeID(0), number: 0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var (node, number) = (node.number, number)
        try coder.field(1, &node)
        try coder.field(2, &number)
        self = Incarnation(node: NodeID(node), number: number)
    }
}

extension Instant: WireMessage {
    public init() { self = .start }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var nanoseconds = nanoseconds
        try coder.field(1, &nanoseconds)
        self = Instant(nanoseconds: nanoseconds)
    }
}
