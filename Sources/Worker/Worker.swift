public import ClusterModel
public import EventLoop
internal import FileSystems
internal import Logging
internal import Transport
internal import Wire

/// The process that models one instance: it registers with the coordinator, runs attempts in containers, and serves the
/// map output that lies on its disk.
public final class Worker {
    public struct Configuration: Sendable {
        public var coordinator: SocketAddress
        public var registration: NodeRegistration
        /// Where map output is served.
        public var listen = SocketAddress(host: "127.0.0.1", port: 0)
        /// HOST or HOST:PORT that other nodes are told; empty is where it listens.
        public var advertise = ""
        public var secret: [UInt8] = []
        public var folder: String
        /// For this long a worker looks for a coordinator that it has lost.
        public var orphanTimeout = Duration.seconds(60)

        public init(coordinator: SocketAddress, registration: NodeRegistration, folder: String) {
            self.coordinator = coordinator
            self.registration = registration
            self.folder = folder
        }
    }

    /// Milliseconds between two attempts to reach the coordinator.
    static let reconnectInterval: UInt64 = 100

    let configuration: Configuration
    let folder: WorkerFolder
    /// Holds ``folder`` for this process.
    private let lock: CInt
    let loop: Loop
    let outbox: Outbox
    let children: ChildReaper
    let log: Logger
    let data: DataLoop
    private let answers: Inbox<WorkerMessage>
    private let outgoing: Outgoing
    private var connection: Connection? {
        get { outgoing.connection }
        set { outgoing.connection = newValue }
    }
    private var heartbeat: LoopTimer?
    private var heartbeatInterval: UInt64 = 0
    private var signals: [SignalHandle] = []
    /// As what the coordinator knows it; nil before it is admitted.
    private var incarnation: Incarnation?
    private var unheard = UnheardResults()
    /// On the loop's clock, when the coordinator was last there.
    private var lastContact: UInt64
    private(set) var isStopping = false
    private var exitStatus: Int32 = 0

    var jobs: [JobID: WorkerJob] = [:]
    /// Things put aside for removal so far.
    var trashCount = 0
    var pool: ContainerPool
    var containers: [ContainerPool.ContainerID: ContainerProcess] = [:]
    /// The oldest first.
    var spares: [ContainerProcess] = []
    private(set) var spareTimer: LoopTimer?
    var assignments: [AttemptID: Assignment] = [:]
    /// Attempts to begin when this turn of the loop ends, in this order; see ``begin()``.
    var arrived: [AttemptID] = []
    private var turnEnd: TurnHook?
    /// Programs of attempts that were under way when their jobs were forgotten: what they still make is to be removed.
    var fenced: [AttemptID: JobProgram] = [:]

    public init(_ configuration: Configuration) throws {
        self.configuration = configuration
        folder = WorkerFolder(path: configuration.folder)
        lock = try folder.take()
        try folder.clear()
        loop = try Loop()
        outbox = try Outbox(on: loop)
        children = try ChildReaper(on: loop, strays: ContainerIsolation.current.strays)
        log = Logger(label: configuration.registration.name)
        let outgoing = Outgoing()
        self.outgoing = outgoing
        answers = try Inbox<WorkerMessage>(on: loop) { message in outgoing.connection?.send(message) }
        data = try DataLoop(
            listen: configuration.listen, secret: configuration.secret, folder: folder, answers: answers.address)
        pool = ContainerPool(limit: configuration.registration.containers)
        lastContact = loop.now
    }

    /// Works until it is told to stop.
    ///
    /// - Returns: The exit status: 0 when it was told to, 1 when it was refused or found no coordinator.
    public func run() throws -> Int32 {
        heartbeat = try LoopTimer(on: loop) { [unowned self] in beat() }
        spareTimer = try LoopTimer(on: loop) { [unowned self] in makeSpare() }
        // Younger than the outbox's hook, and so before it: what it sends to containers leaves in the same turn.
        turnEnd = try TurnHook(on: loop) { [unowned self] in begin() }
        signals = try [Signal.terminate, .interrupt].map { signal in
            try SignalHandle(on: loop, signal: signal) { [unowned self] in stop(status: 0) }
        }
        warnOfLack()
        connect()
        loop.run()
        data.stop()
        try folder.removeWork()
        return exitStatus
    }

    private func warnOfLack() {
        guard let lack = ContainerIsolation.current.lack else { return }
        log.warning("the host refuses PID namespaces: \(lack); 'martlet doctor' says more")
    }

    // MARK: - The coordinator

    private func connect() {
        do {
            let connection = try Connection.connect(
                to: configuration.coordinator, as: .worker, outbox, secret: configuration.secret
            ) { [unowned self] in introduce() }
            connection.onEnd = { [unowned self] end in loseCoordinator(end.description, isFinal: end.cause == .refused)
            }
            connection.onFrame = { [unowned self] frame in hear(frame) }
            self.connection = connection
        } catch {
            loseCoordinator("\(error)")
        }
    }

    private func introduce() {
        guard let incarnation else { return register() }
        connection?.send(WorkerMessage.resume(resumption(of: incarnation)))
    }

    private func resumption(of incarnation: Incarnation) -> Resumption {
        var resumption = Resumption(incarnation)
        resumption.attempts = arrived + pool.held + unheard.messages.compactMap(\.settledAttempt)
        resumption.jobs = jobs.filter(\.value.isWhole).keys.sorted()
        resumption.incompleteJobs = jobs.filter { !$0.value.isWhole }.keys.sorted()
        return resumption
    }

    private func register() {
        var registration = configuration.registration
        registration.host = Processes.hostName
        registration.pid = Int(Processes.ownID)
        registration.startTime = Int(Processes.startTime(of: Processes.ownID) ?? 0)
        registration.address = advertised
        connection?.send(WorkerMessage.register(registration))
    }

    /// Where other nodes find the map output: as it was told, with the port that it has when none was told.
    private var advertised: String {
        if configuration.advertise.isEmpty { return "\(data.address)" }
        guard let told = SocketAddress(configuration.advertise) else {
            return "\(configuration.advertise):\(data.address.port)"
        }
        return "\(SocketAddress(host: told.host, port: told.port == 0 ? data.address.port : told.port))"
    }

    /// Before it is admitted nobody listens; what must arrive is said then.
    func send(_ message: WorkerMessage) {
        if isAdmitted { connection?.send(message) }
        if message.settledAttempt != nil { unheard.add(message, number: connection?.sentCount ?? 0) }
    }

    /// It has closed the connection, be it behind orders that are still to be read.
    var hasCoordinatorEnded: Bool { connection?.hasPeerEnded ?? true }

    var isAdmitted: Bool { connection != nil && heartbeatInterval > 0 }

    private func hear(_ frame: Span<UInt8>) {
        lastContact = loop.now
        do throws(WireError) {
            follow(try WorkerOrder(decoding: frame))
        } catch {
            connection?.close()
            loseCoordinator("\(error)")
        }
    }

    private func follow(_ order: WorkerOrder) {
        switch order {
        case .admit(let incarnation, let milliseconds):
            self.incarnation = incarnation
            beginBeating(UInt64(max(1, milliseconds)))
            for result in unheard.takeAll() { send(result) }
        case .fence: fence()
        case .heard(let count): unheard.forget(heard: count)
        case .refuse(let reason):
            log.error("refused: \(reason)")
            stop(status: 1)
        case .prepareJob(let program): prepare(program)
        case .jobFile(let job, let file, let bytes): write(bytes, toFile: file, of: job)
        case .launch(let attempt, let assignment): launch(attempt, assignment)
        case .kill(let attempt): kill(attempt)
        case .mapOutputs(let job, let locations): locate(locations, of: job)
        case .forgetJob(let job): forget(job)
        case .readLog(let request, let attempt): data.leave(.readLog(request: request, path: folder.log(attempt)))
        case .cut(let direction): cut(direction)
        case .stop: stop(status: 0)
        case .die:
            _ = Processes.send(.kill, to: Processes.ownID, startedAt: Processes.startTime(of: Processes.ownID) ?? 0)
        }
    }

    /// Between this node and the others; the coordinator sees to its own end.
    private func cut(_ direction: CutDirection?) {
        data.leave(.cut(direction))
        for container in containers.values { container.send(.cut(direction)) }
    }

    private func beginBeating(_ interval: UInt64) {
        log.info("joined the cluster at \(configuration.coordinator)")
        heartbeatInterval = interval
        heartbeat?.set(milliseconds: interval)
        spareTimer?.set(milliseconds: Self.spareDelay)
        Processes.releaseUnusedMemory()
    }

    private func beat() {
        guard let connection, isAdmitted else { return connect() }
        perform(pool.rebalance())
        connection.send(WorkerMessage.heartbeat(progressSinceLastBeat(), heard: connection.heardCount))
        heartbeat?.set(milliseconds: heartbeatInterval)
    }

    /// What runs here goes on: the coordinator may be back, or only the connection gone.
    private func loseCoordinator(_ reason: String, isFinal: Bool = false) {
        // It was there until now, though it may have had nothing to say for long.
        if isAdmitted { lastContact = loop.now }
        connection = nil
        heartbeatInterval = 0
        guard !isStopping else { return }
        if isFinal {
            log.error("\(reason)")
            stop(status: 1)
        } else if Duration.milliseconds(loop.now - lastContact) >= configuration.orphanTimeout {
            log.error("no coordinator for \(configuration.orphanTimeout): \(reason)")
            stop(status: 1)
        } else {
            heartbeat?.set(milliseconds: Self.reconnectInterval)
        }
    }

    /// The work here has been given to others: it ends, and the worker offers itself again.
    private func fence() {
        log.warning("lost to the cluster meanwhile: all that ran here ends")
        incarnation = nil
        for attempt in arrived { assignments[attempt] = nil }
        arrived = []
        for attempt in assignments.keys { fenced[attempt] = jobs[attempt.task.job]?.program }
        for container in containers.values { container.kill() }
        for job in jobs.keys { forget(job) }
        _ = unheard.takeAll()
        register()
    }

    private func stop(status: Int32) {
        guard !isStopping else { return }
        isStopping = true
        exitStatus = status
        connection?.close()
        connection = nil
        heartbeat?.close()
        spareTimer?.close()
        turnEnd?.close()
        for signal in signals { signal.close() }
        for container in containers.values { container.kill() }
        for container in spares { container.kill() }
        closeWhenEmpty()
    }

    /// The loop ends when the last container is gone.
    func closeWhenEmpty() {
        guard isStopping, containers.isEmpty, spares.isEmpty else { return }
        children.close()
        answers.close()
        outbox.close()
    }
}

/// Where messages for the coordinator go; shared by the worker and its inbox.
private final class Outgoing {
    var connection: Connection?
}
