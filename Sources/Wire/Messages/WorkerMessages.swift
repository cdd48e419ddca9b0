public import ClusterModel

/// From a worker to the coordinator.
public enum WorkerMessage: Hashable, Sendable {
    /// The first message.
    case register(NodeRegistration)
    /// The first message of a worker whose connection broke. How its attempts ended since follows.
    case resume(Resumption)
    /// - Parameter heard: Messages that it has had over this connection.
    case heartbeat([ControlPlane.AttemptProgress], heard: Int)
    case attemptSucceeded(AttemptID, Counters)
    case attemptFailed(AttemptID, AttemptFailure)
    /// The answer to a kill, once nothing of the attempt is left.
    case attemptKilled(AttemptID)
    case fetchFailed(reduce: AttemptID, map: AttemptID)
    /// The answer to `readLog`.
    case log(request: Int, LogExcerpt)
    /// The reduce attempt has fetched all map output.
    case shuffleFinished(AttemptID)
}

/// From the coordinator to a worker.
public enum WorkerOrder: Hashable, Sendable {
    case admit(Incarnation, heartbeatMilliseconds: Int)
    case refuse(reason: String)
    case prepareJob(JobProgram)
    /// A piece of a job's file, in order; the file is complete with its byte count.
    case jobFile(JobID, file: Int, bytes: [UInt8])
    case launch(AttemptID, Assignment)
    case kill(AttemptID)
    case mapOutputs(JobID, [MapOutputLocation])
    case forgetJob(JobID)
    case readLog(request: Int, AttemptID)
    /// End in peace.
    case stop
    /// SIGKILL yourself: nobody else on your host can.
    case die
    /// Let traffic with the other nodes go nowhere; nil is the end of that.
    case cut(CutDirection?)
    /// Your work has been given to others: give it up, and register anew.
    case fence
    /// So many of your messages over this connection will not be asked for again.
    case heard(Int)
}

/// What a worker must know of a job to run its attempts.
public struct JobProgram: Hashable, Sendable {
    public var job = JobID()
    /// Of the temporary folder beside the output, such as `.martlet-3f2a-job-1`.
    public var folderName = ""
    /// URI of the job's output folder.
    public var output = ""
    public var reduceCount = 0
    public var program = StreamingProgram()

    public init() {}
}

/// What is kept of an attempt's standard error.
public struct LogExcerpt: Hashable, Sendable {
    public static let byteLimit = 4 << 20

    /// Why there is none; empty otherwise.
    public var problem = ""
    public var bytes: [UInt8] = []

    public init() {}

    public init(problem: String) { self.problem = problem }
}

// MARK: - As they travel

extension WorkerMessage: WireMessage {
    public init() { self = .heartbeat([], heard: 0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var kind = kind
        try coder.field(1, &kind)
        switch kind {
        case 1:
            var registration = NodeRegistration()
            if case .register(let value) = self { registration = value }
            try coder.field(2, &registration)
            self = .register(registration)
        case 2:
            var (attempts, heard) = ([ControlPlane.AttemptProgress](), 0)
            if case .heartbeat(let v0, let v1) = self { (attempts, heard) = (v0, v1) }
            try coder.field(2, &attempts)
            try coder.field(3, &heard)
            self = .heartbeat(attempts, heard: heard)
        case 3:
            var (attempt, counters) = (AttemptID(), Counters())
            if case .attemptSucceeded(let v0, let v1) = self { (attempt, counters) = (v0, v1) }
            try coder.field(2, &attempt)
            try coder.field(3, &counters)
            self = .attemptSucceeded(attempt, counters)
        case 4:
            var (attempt, failure) = (AttemptID(), AttemptFailure())
            if case .attemptFailed(let v0, let v1) = self { (attempt, failure) = (v0, v1) }
            try coder.field(2, &attempt)
            try coder.field(3, &failure)
            self = .attemptFailed(attempt, failure)
        case 5:
            var attempt = AttemptID()
            if case .attemptKilled(let value) = self { attempt = value }
            try coder.field(2, &attempt)
            self = .attemptKilled(attempt)
        case 6:
            var (reduce, map) = (AttemptID(), AttemptID())
            if case .fetchFailed(let v0, let v1) = self { (reduce, map) = (v0, v1) }
            try coder.field(2, &reduce)
            try coder.field(3, &map)
            self = .fetchFailed(reduce: reduce, map: map)
        case 7:
            var (request, excerpt) = (0, LogExcerpt())
            if case .log(let v0, let v1) = self { (request, excerpt) = (v0, v1) }
            try coder.field(2, &request)
            try coder.field(3, &excerpt)
            self = .log(request: request, excerpt)
        case 8:
            var reduce = AttemptID()
            if case .shuffleFinished(let value) = self { reduce = value }
            try coder.field(2, &reduce)
            self = .shuffleFinished(reduce)
        case 9:
            var resumption = Resumption()
            if case .resume(let value) = self { resumption = value }
            try coder.field(2, &resumption)
            self = .resume(resumption)
        default: throw .unknownCase(kind)
        }
    }

    private var kind: UInt8 {
        switch self {
        case .register: 1
        case .heartbeat: 2
        case .attemptSucceeded: 3
        case .attemptFailed: 4
        case .attemptKilled: 5
        case .fetchFailed: 6
        case .log: 7
        case .shuffleFinished: 8
        case .resume: 9
        }
    }
}

extension Resumption: WireMessage {
    public init() { self.init(Incarnation()) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &incarnation)
        try coder.field(2, &attempts)
        try coder.field(3, &jobs)
        try coder.field(4, &incompleteJobs)
    }
}

extension JobProgram: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &job)
        try coder.field(2, &folderName)
        try coder.field(3, &output)
        try coder.field(4, &reduceCount)
        try coder.field(5, &program)
    }
}

extension LogExcerpt: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &problem)
        try coder.field(2, &bytes)
    }
}
