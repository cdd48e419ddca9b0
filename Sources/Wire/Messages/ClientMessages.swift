public import ClusterModel

/// From a client to the coordinator. Each has a number of the client's, which its replies bear.
public enum ClientRequest: Hashable, Sendable {
    case status
    case nodes
    case jobs
    case job(JobID)
    case tasks(JobID)
    case counters(JobID)
    case log(AttemptID)
    /// A piece of a file for the submission with the same number, which follows.
    case file(index: Int, bytes: [UInt8])
    case submit(JobSpecification)
    case cancel(JobID)
    case scale(NodeRole, count: Int, instanceType: String)
    case startNode(name: String)
    case killNode(name: String)
    case injectFault(NodeFault, name: String)
    /// Changes from the sequence number on, for ever; 0 is from the next one on. With a job, its own and the nodes' only; on
    /// request without those of attempts, of which there may be millions.
    case subscribe(from: Int, job: JobID?, attempts: Bool = true)
}

/// From the coordinator to a client.
public enum ClientReply: Hashable, Sendable {
    case done
    /// One sentence that says what to do.
    case refused(String)
    case submitted(JobID)
    case status(StatusReport)
    case nodes([NodeReport])
    case jobs([JobReport])
    case tasks([TaskReport])
    /// Some of the tasks; more follow, `tasks` last.
    case someTasks([TaskReport])
    case counters(Counters)
    case log(LogExcerpt)
    /// The subscription stands; the number of the last change before it, and of the job as it is then.
    case subscribed(sequence: Int, job: JobReport?)
    case changes([RecordedChange])
    /// The coordinator was told to end, and the cluster with it: no other will take its place.
    case ended
}

extension ClientReply {
    /// It shows what is; all others answer for something that was decided, or follow it.
    public var isReport: Bool {
        switch self {
        case .status, .nodes, .jobs, .tasks, .someTasks, .counters, .log: true
        case .done, .refused, .submitted, .subscribed, .changes, .ended: false
        }
    }
}

/// A request or reply with its number.
public struct Numbered<Message: WireMessage & Hashable & Sendable>: Hashable, Sendable {
    public var number = 0
    public var message = Message()

    public init() {}

    public init(_ number: Int, _ message: Message) {
        self.number = number
        self.message = message
    }
}

extension Numbered: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &number)
        try coder.field(2, &message)
    }
}

extension ClientRequest: WireMessage {
    public init() { self = .status }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var fields = RequestFields(self)
        try fields.code(&coder)
        self = try fields.request()
    }
}

/// The fields of all requests, each at its default where a request has none.
private struct RequestFields {
    var kind: UInt8 = 0
    var job: JobID?
    var number = 0
    var text = ""
    var role = NodeRole.task
    var attempt = AttemptID()
    var bytes: [UInt8] = []
    var specification: JobSpecification?
    var fault: NodeFault?
    var isWithoutAttempts = false

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &kind)
        try coder.field(2, &job)
        try coder.field(3, &number)
        try coder.field(4, &text)
        try coder.field(5, &role)
        try coder.field(6, &attempt)
        try coder.field(7, &bytes)
        try coder.field(8, &specification)
        try coder.field(9, &fault)
        try coder.field(10, &isWithoutAttempts)
    }

    init(_ request: ClientRequest) {
        switch request {
        case .status: kind = 1
        case .nodes: kind = 2
        case .jobs: kind = 3
        case .job(let id): (kind, job) = (4, id)
        case .tasks(let id): (kind, job) = (5, id)
        case .counters(let id): (kind, job) = (6, id)
        case .log(let id): (kind, attempt) = (7, id)
        case .file(let index, let bytes): (kind, number, self.bytes) = (8, index, bytes)
        case .submit(let specification): (kind, self.specification) = (9, specification)
        case .cancel(let id): (kind, job) = (10, id)
        case .scale(let role, let count, let type): (kind, self.role, number, text) = (11, role, count, type)
        case .startNode(let name): (kind, text) = (12, name)
        case .killNode(let name): (kind, text) = (13, name)
        case .subscribe(let sequence, let id, let attempts):
            (kind, number, job, isWithoutAttempts) = (14, sequence, id, !attempts)
        case .injectFault(let fault, let name): (kind, self.fault, text) = (15, fault, name)
        }
    }

    func request() throws(WireError) -> ClientRequest {
        let id = job ?? JobID()
        return switch kind {
        case 1: .status
        case 2: .nodes
        case 3: .jobs
        case 4: .job(id)
        case 5: .tasks(id)
        case 6: .counters(id)
        case 7: .log(attempt)
        case 8: .file(index: number, bytes: bytes)
        case 9: .submit(specification ?? JobSpecification())
        case 10: .cancel(id)
        case 11: .scale(role, count: number, instanceType: text)
        case 12: .startNode(name: text)
        case 13: .killNode(name: text)
        case 14: .subscribe(from: number, job: job, attempts: !isWithoutAttempts)
        case 15: .injectFault(fault ?? NodeFault(), name: text)
        default: throw .unknownCase(kind)
        }
    }
}

extension ClientReply: WireMessage {
    public init() { self = .done }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var fields = ReplyFields(self)
        try fields.code(&coder)
        self = try fields.reply()
    }
}

/// The fields of all replies, each at its default where a reply has none.
private struct ReplyFields {
    var kind: UInt8 = 0
    var text = ""
    var number = 0
    var status: StatusReport?
    var nodes: [NodeReport] = []
    var jobs: [JobReport] = []
    var tasks: [TaskReport] = []
    var counters: Counters?
    var log: LogExcerpt?
    var changes: [RecordedChange] = []

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &kind)
        try coder.field(2, &text)
        try coder.field(3, &number)
        try coder.field(4, &status)
        try coder.field(5, &nodes)
        try coder.field(6, &jobs)
        try coder.field(7, &tasks)
        try coder.field(8, &counters)
        try coder.field(9, &log)
        try coder.field(10, &changes)
    }

    init(_ reply: ClientReply) {
        switch reply {
        case .done: kind = 1
        case .refused(let reason): (kind, text) = (2, reason)
        case .submitted(let job): (kind, number) = (3, job.number)
        case .status(let report): (kind, status) = (4, report)
        case .nodes(let reports): (kind, nodes) = (5, reports)
        case .jobs(let reports): (kind, jobs) = (6, reports)
        case .tasks(let reports): (kind, tasks) = (7, reports)
        case .someTasks(let reports): (kind, tasks) = (12, reports)
        case .counters(let counters): (kind, self.counters) = (8, counters)
        case .log(let excerpt): (kind, log) = (9, excerpt)
        case .subscribed(let sequence, let job): (kind, number, jobs) = (10, sequence, job.map { [$0] } ?? [])
        case .changes(let changes): (kind, self.changes) = (11, changes)
        case .ended: kind = 13
        }
    }

    func reply() throws(WireError) -> ClientReply {
        switch kind {
        case 1: .done
        case 2: .refused(text)
        case 3: .submitted(JobID(number))
        case 4: .status(status ?? StatusReport())
        case 5: .nodes(nodes)
        case 6: .jobs(jobs)
        case 7: .tasks(tasks)
        case 8: .counters(counters ?? Counters())
        case 9: .log(log ?? LogExcerpt())
        case 10: .subscribed(sequence: number, job: jobs.first)
        case 11: .changes(changes)
        case 12: .someTasks(tasks)
        case 13: .ended
        default: throw .unknownCase(kind)
        }
    }
}
