public import ClusterModel

extension RequestID: WireMessage {
    public init() { self.init(connection: ConnectionID(0), number: 0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var (connection, number) = (connection.number, number)
        try coder.field(1, &connection)
        try coder.field(2, &number)
        self = RequestID(connection: ConnectionID(connection), number: number)
    }
}

/// Events are written where every input is kept (`--record`), and read to decide them again.
extension Event: WireMessage {
    public init() { self = .journalStuck(reason: nil) }

    /// One flat set of fields serves every case: a case writes those that it has.
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var fields = C.isReading ? EventFields() : EventFields(self)
        try fields.code(&coder)
        if C.isReading { self = try fields.event() }
    }
}

/// The fields of all events, each at its default where an event has none.
private struct EventFields {
    var kind: UInt8 = 0
    var text: String?
    var wallClock: Int64 = 0
    var source = Incarnation()
    var registration: NodeRegistration?
    var connection = 0
    var resumption: Resumption?
    /// A pid, or a number of nodes.
    var number = 0
    var attempt: AttemptID?
    var other: AttemptID?
    var counters: Counters?
    var failure: AttemptFailure?
    var specification: JobSpecification?
    var request: RequestID?
    var job = 0
    var role = NodeRole.task
    var fault: NodeFault?
    var name = ""

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &kind)
        try coder.field(2, &text)
        try coder.field(3, &wallClock)
        try coder.field(4, &source)
        try coder.field(5, &registration)
        try coder.field(6, &connection)
        try coder.field(7, &resumption)
        try coder.field(8, &number)
        try coder.field(9, &attempt)
        try coder.field(10, &other)
        try coder.field(11, &counters)
        try coder.field(12, &failure)
        try coder.field(13, &specification)
        try coder.field(14, &request)
        try coder.field(15, &job)
        try coder.field(16, &role)
        try coder.field(17, &fault)
        try coder.field(18, &name)
    }
}

extension EventFields {
    init(_ event: Event) {
        switch event {
        case .coordinatorStarted(let cluster, let wallClock): (kind, text, self.wallClock) = (1, cluster, wallClock)
        case .journalStuck(let reason): (kind, text) = (2, reason)
        case .nodeRegistering(let registration, let id):
            (kind, self.registration, connection) = (3, registration, id.number)
        case .nodeLost(let source, let reason): (kind, self.source, text) = (4, source, reason)
        case .nodeDisconnected(let source): (kind, self.source) = (5, source)
        case .nodeResuming(let resumption, let id): (kind, self.resumption, connection) = (6, resumption, id.number)
        case .workerEnded(let name, let pid, let reason):
            (kind, self.name, number, text) = (7, name, pid, reason)
        case .attemptSucceeded(let attempt, let counters, let source):
            (kind, self.attempt, self.counters, self.source) = (8, attempt, counters, source)
        case .attemptFailed(let attempt, let failure, let source):
            (kind, self.attempt, self.failure, self.source) = (9, attempt, failure, source)
        case .attemptKilled(let attempt, let source): (kind, self.attempt, self.source) = (10, attempt, source)
        case .fetchFailed(let reduce, let map, let source):
            (kind, attempt, other, self.source) = (11, reduce, map, source)
        case .shuffleFinished(let reduce, let source): (kind, attempt, self.source) = (12, reduce, source)
        case .attemptSlow(let attempt): (kind, self.attempt) = (13, attempt)
        case .attemptTimedOut(let attempt): (kind, self.attempt) = (14, attempt)
        case .jobSubmitted(let specification, let request):
            (kind, self.specification, self.request) = (15, specification, request)
        case .jobCancelled(let id, let request): (kind, job, self.request) = (16, id.number, request)
        case .scaleRequested(let role, let count, let type, let request):
            (kind, self.role, number, text, self.request) = (17, role, count, type, request)
        case .nodeStartRequested(let name, let request): (kind, self.name, self.request) = (18, name, request)
        case .nodeKillRequested(let name, let request): (kind, self.name, self.request) = (19, name, request)
        case .nodeFaultRequested(let name, let fault, let request):
            (kind, self.name, self.fault, self.request) = (20, name, fault, request)
        case .launcherJoined(let id, let host): (kind, connection, text) = (21, id.number, host)
        case .launcherLeft(let id): (kind, connection) = (22, id.number)
        case .workerReplaced(let name, let pid): (kind, self.name, number) = (23, name, pid)
        }
    }

    func event() throws(WireError) -> Event {
        let connection = ConnectionID(connection)
        let attempt = attempt ?? AttemptID()
        let request = request ?? RequestID()
        let text = text ?? ""
        return switch kind {
        case 1: .coordinatorStarted(cluster: text, wallClock: wallClock)
        case 2: .journalStuck(reason: self.text)
        case 3: .nodeRegistering(registration ?? NodeRegistration(), connection)
        case 4: .nodeLost(source, reason: text)
        case 5: .nodeDisconnected(source)
        case 6: .nodeResuming(resumption ?? Resumption(), connection)
        case 7: .workerEnded(name: name, pid: number, reason: text)
        case 8: .attemptSucceeded(attempt, counters ?? Counters(), from: source)
        case 9: .attemptFailed(attempt, failure ?? AttemptFailure(), from: source)
        case 10: .attemptKilled(attempt, from: source)
        case 11: .fetchFailed(reduce: attempt, map: other ?? AttemptID(), from: source)
        case 12: .shuffleFinished(attempt, from: source)
        case 13: .attemptSlow(attempt)
        case 14: .attemptTimedOut(attempt)
        case 15: .jobSubmitted(specification ?? JobSpecification(), request)
        case 16: .jobCancelled(JobID(job), request)
        case 17: .scaleRequested(role, count: number, instanceType: text, request)
        case 18: .nodeStartRequested(name: name, request)
        case 19: .nodeKillRequested(name: name, request)
        case 20: .nodeFaultRequested(name: name, fault ?? NodeFault(), request)
        case 21: .launcherJoined(connection, host: text)
        case 22: .launcherLeft(connection)
        case 23: .workerReplaced(name: name, pid: number)
        default: throw .unknownCase(kind)
        }
    }
}
