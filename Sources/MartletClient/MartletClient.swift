public import ClusterModel
public import EventLoop
internal import Transport
public import Wire

/// Why a client did not get what it asked for; the text is one sentence that says what to do.
public enum ClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no connection to the coordinator, or it broke.
    case unreachable(String)
    /// The coordinator understood and said no.
    case refused(String)

    public var description: String {
        switch self {
        case .unreachable(let reason), .refused(let reason): reason
        }
    }
}

/// A connection to a cluster's coordinator. Each call waits for its answer.
///
///     let client = try MartletClient(cluster: "default")
///     let job = try client.submit(streaming: [
///         "-input", "file:///data/book.txt", "-output", "file:///data/counts", "-mapper", "cat", "-reducer", "uniq -c",
///     ])
///     try client.killNode("core-1")
///     let report = try client.wait(for: job)
///     print(report.state)
///
/// It is for one thread, and no call may be made from within a function that it was given: such as ``follow(_:)``'s.
/// `examples/client` is a whole program.
public final class MartletClient {
    /// Bytes of one message when files are uploaded.
    private static let chunk = 1 << 20
    /// Bytes; below the limit of a frame, since a subscriber is sent it with its place and time.
    private static let specificationLimit = 15 << 20

    let loop: Loop
    private let outbox: Outbox
    private let address: SocketAddress
    private let secret: [UInt8]
    private var connection: Connection?
    private var requestCount = 0
    private var replies: [Int: ClientReply] = [:]
    private var onChange: ((RecordedChange) -> Void)?
    /// Why there is no connection any more.
    private(set) var problem: ClientError?
    /// Whether the coordinator, or whoever is in its place, will say the same when it is asked again.
    private(set) var isTurnedAway = false
    /// How long a coordinator that went away is looked for; not at all when none can take its place.
    public var patience = Duration.seconds(60)

    /// Connects, and proves to the coordinator that it knows the secret.
    ///
    /// - Throws: ``ClientError/unreachable(_:)``.
    public init(coordinator: SocketAddress, secret: [UInt8]) throws {
        loop = try Loop()
        outbox = try Outbox(on: loop)
        address = try coordinator.resolve()
        self.secret = secret
        try connect()
    }

    /// Makes a new connection, which knows nothing of what was asked over the last one.
    func connect() throws {
        var isReady = false
        (problem, isTurnedAway) = (nil, false)
        (replies, kept, lostPlace) = ([:], [], nil)
        let connection = try Connection.connect(to: address, as: .client, outbox, secret: secret) { [loop] in
            isReady = true
            loop.stop()
        }
        connection.onEnd = { [unowned self] end in
            isTurnedAway = isTurnedAway || end.cause == .refused
            lose(end.description)
        }
        connection.onFrame = { [unowned self] frame in hear(frame) }
        self.connection = connection
        try runLoop { isReady }
    }

    /// Ends the connection; the client is of no more use.
    public func close() {
        connection?.close()
        connection = nil
        outbox.close()
        loop.run()
    }

    // MARK: - Questions

    /// The cluster at a glance.
    public func status() throws(ClientError) -> StatusReport {
        guard case .status(let report) = try ask(.status) else { throw Self.confused }
        return report
    }

    /// The master first, then the others in the order they came.
    public func nodes() throws(ClientError) -> [NodeReport] {
        guard case .nodes(let reports) = try ask(.nodes) else { throw Self.confused }
        return reports
    }

    /// All jobs, in the order of their submission.
    public func jobs() throws(ClientError) -> [JobReport] {
        guard case .jobs(let reports) = try ask(.jobs) else { throw Self.confused }
        return reports
    }

    /// One job.
    ///
    /// - Throws: ``ClientError/refused(_:)`` when there is none; so do all that name a job, an attempt or a node.
    public func job(_ id: JobID) throws(ClientError) -> JobReport {
        guard case .jobs(let reports) = try ask(.job(id)), let report = reports.first else { throw Self.confused }
        return report
    }

    /// The job's tasks and their attempts, maps first.
    public func tasks(of id: JobID) throws(ClientError) -> [TaskReport] {
        var all: [TaskReport] = []
        try tasks(of: id) { all += $0 }
        return all
    }

    /// The same, some at a time as they come: there may be a million.
    public func tasks(of id: JobID, _ body: @escaping ([TaskReport]) -> Void) throws(ClientError) {
        onTasks = body
        defer { onTasks = nil }
        guard case .tasks(let rest) = try ask(.tasks(id)) else { throw Self.confused }
        body(rest)
    }

    /// The job's counters, summed over its winners so far.
    public func counters(of id: JobID) throws(ClientError) -> Counters {
        guard case .counters(let counters) = try ask(.counters(id)) else { throw Self.confused }
        return counters
    }

    /// What is kept of the attempt's standard error.
    public func log(of attempt: AttemptID) throws(ClientError) -> [UInt8] {
        guard case .log(let excerpt) = try ask(.log(attempt)) else { throw Self.confused }
        return excerpt.bytes
    }

    // MARK: - Commands

    /// Submits a job that is worked out already; ``submit(streaming:)`` works one out.
    ///
    /// - Parameter files: The bytes of the specification's files, in their order.
    /// - Throws: ``ClientError/unreachable(_:)`` also when the job may have been taken, and the answer did not come.
    public func submit(_ specification: JobSpecification, files: [[UInt8]]) throws(ClientError) -> JobID {
        if let problem { throw problem }
        let byteCount = specification.encoded().count
        guard byteCount <= Self.specificationLimit else {
            throw .refused(
                "the job's description is \(byteCount >> 20) MiB, over \(Self.specificationLimit >> 20): give it fewer input files, or "
                    + "larger splits with mapreduce.input.fileinputformat.split.maxsize")
        }
        let request = newRequest()
        for (index, file) in files.enumerated() {
            var start = 0
            repeat {
                let end = min(start + Self.chunk, file.count)
                send(.file(index: index, bytes: Array(file[start..<end])), request)
                start = end
            } while start < file.count
        }
        do throws(ClientError) {
            guard case .submitted(let job) = try ask(.submit(specification), request) else { throw Self.confused }
            return job
        } catch .unreachable(let reason) {
            throw .unreachable(
                "\(reason); whether it has taken the job is not known: 'martlet jobs' lists it if so, once there is a "
                    + "coordinator again")
        }
    }

    /// Cancels a job; ``wait(for:onStart:onChange:onLoss:)`` tells when nothing of it is left.
    public func cancel(_ job: JobID) throws(ClientError) { try command(.cancel(job)) }

    /// Sees to it that there are so many nodes of the role. New ones have joined when none of ``nodes()`` is `starting` any
    /// more; those that are too many stop when what they hold is no longer needed.
    ///
    /// - Parameter instanceType: The EC2 instance type that a new node models, such as `m5.xlarge`.
    public func scale(_ role: NodeRole, to count: Int, instanceType: String) throws(ClientError) {
        try command(.scale(role, count: count, instanceType: instanceType))
    }

    /// Starts a node again that is lost or stopped, with its name and data.
    public func startNode(_ name: String) throws(ClientError) { try command(.startNode(name: name)) }

    /// SIGKILL for the node's worker and everything under it.
    public func killNode(_ name: String) throws(ClientError) { try command(.killNode(name: name)) }

    /// Gives the node a fault, or takes it back.
    public func inject(_ fault: NodeFault, into name: String) throws(ClientError) {
        try command(.injectFault(fault, name: name))
    }

    // MARK: - Changes

    /// Begins to follow the changes; ``follow(_:)`` gives them.
    ///
    /// - Parameters:
    ///   - sequence: Of the first change wanted; 0 is the next one.
    ///   - job: Only this one's.
    /// - Returns: The number of the last change before, and the job as it was then.
    @discardableResult
    public func subscribe(
        from sequence: Int = 0, job: JobID? = nil, attempts: Bool = true
    ) throws(ClientError) -> (last: Int, job: JobReport?) {
        subscription = newRequest()
        (lostPlace, kept) = (nil, [])
        guard
            case .subscribed(let last, let report) = try ask(
                .subscribe(from: sequence, job: job, attempts: attempts), subscription)
        else { throw Self.confused }
        return (last, report)
    }

    /// Gives each change to the body as it comes, until the body returns false.
    ///
    /// - Throws: Also when the coordinator no longer keeps the changes that come next: ask for the state, subscribe again.
    public func follow(_ body: @escaping (RecordedChange) -> Bool) throws(ClientError) {
        var isDone = false
        onChange = { [unowned self] change in
            guard !isDone else { return kept.append(change) }
            isDone = !body(change)
            if isDone { loop.stop() }
        }
        let early = kept
        kept = []
        for change in early { onChange?(change) }
        defer { onChange = nil }
        try runLoop { [unowned self] in isDone || lostPlace != nil }
        if !isDone, let lostPlace { throw lostPlace }
    }

    /// Forgets the changes that have come and that nobody has followed.
    public func skipChanges() { kept = [] }

    /// Changes that came while nobody followed.
    private var kept: [RecordedChange] = []
    /// The request that subscribed last, and why its changes ended.
    private var subscription = 0
    private(set) var lostPlace: ClientError?
    private var onTasks: (([TaskReport]) -> Void)?

    // MARK: - Requests and replies

    private static let confused = ClientError.unreachable(
        "the coordinator gave an answer to another question: are both of one version?")

    private func command(_ request: ClientRequest) throws(ClientError) {
        guard case .done = try ask(request) else { throw Self.confused }
    }

    private func newRequest() -> Int {
        requestCount += 1
        return requestCount
    }

    private func send(_ request: ClientRequest, _ number: Int) { connection?.send(Numbered(number, request)) }

    private func ask(_ request: ClientRequest, _ number: Int? = nil) throws(ClientError) -> ClientReply {
        let number = number ?? newRequest()
        send(request, number)
        try runLoop { [unowned self] in replies[number] != nil }
        let reply = replies.removeValue(forKey: number)
        if case .refused(let reason) = reply { throw .refused(reason) }
        return reply ?? .done
    }

    /// Runs until what is waited for is there.
    private func runLoop(until isDone: () -> Bool) throws(ClientError) {
        while !isDone() {
            if let problem { throw problem }
            loop.run()
        }
    }

    private func hear(_ frame: Span<UInt8>) {
        do throws(WireError) {
            let reply = try Numbered<ClientReply>(decoding: frame)
            take(reply.number, reply.message)
        } catch {
            lose("\(error)")
        }
    }

    private func take(_ number: Int, _ reply: ClientReply) {
        switch reply {
        case .changes(let changes):
            // An older subscription's, which tell the same once more.
            guard number == subscription else { return }
            for change in changes { if let onChange { onChange(change) } else { kept.append(change) } }
        case .someTasks(let tasks): onTasks?(tasks)
        case .ended:
            isTurnedAway = true
            problem = .unreachable("the cluster has ended")
            loop.stop()
        case .refused(let reason) where number == subscription && onChange != nil:
            lostPlace = .refused(reason)
            loop.stop()
        default:
            replies[number] = reply
            loop.stop()
        }
    }

    private func lose(_ reason: String) {
        problem = problem ?? .unreachable("the coordinator cannot be reached: \(reason)")
        connection = nil
        loop.stop()
    }
}
