internal import ClusterModel
internal import DequeModule
public import EventLoop
internal import Logging
internal import Transport
internal import Wire

/// The process around the core: it makes events of what comes over sockets, and calls of the effects.
///
/// One loop on one thread owns the control plane and every connection. Nothing is decided here.
public final class Coordinator {
    public struct Configuration: Sendable {
        let listener: CInt
        /// Its own, where the journal is.
        let folder: String
        public var secret: [UInt8] = []
        public var heartbeatTimeout = Duration.seconds(2)
        /// Bytes of the journal after which a new segment is begun, and a snapshot made of those before.
        public var segmentSize = 64 << 20
        /// Whether every event is kept with what was decided on it.
        public var recordsEvents = false
        /// How much of the journal is kept beyond what recovery needs.
        public var retention = Retention.all

        /// - Parameters:
        ///   - listener: Descriptor of a listening socket.
        ///   - folder: Its own; made when missing. What an earlier coordinator left there is gone on with.
        public init(listener: CInt, folder: String) { (self.listener, self.folder) = (listener, folder) }
    }

    /// A node sends a sign of life this many times in the heartbeat timeout.
    static let heartbeatsPerTimeout = 10
    /// Connections that may be open without having said who they are.
    static let strangerLimit = 256
    /// Milliseconds after which a client that does nothing loses its connection.
    static let idleLimit: UInt64 = 300_000

    let configuration: Configuration
    let loop: Loop
    let outbox: Outbox
    let log = Logger(label: "coordinator")
    /// The cluster's time when the machine was booted, so to speak.
    private let clockOffset: Int64
    /// Holds the folder for this process.
    private let lock: CInt
    private var journal: JournalWriter?
    private var reports: Inbox<JournalWriter.Report>?
    var gate: SyncGate<Outgoing>
    private var listener: TCPListener?
    private var timer: LoopTimer?
    private var idleTimer: LoopTimer?
    private var signals: [SignalHandle] = []

    var plane: ControlPlane
    /// For subscribers: those that are synced.
    var changes: ChangeLog
    /// The others.
    private var unsynced: Deque<RecordedChange> = []
    var peers: [ConnectionID: Connection] = [:]
    var nodes = NodeConnections()
    /// Workers that have said how attempts ended, and wait to be told that it was heard.
    var unacknowledged: Set<ConnectionID> = []
    var subscriptions: [Subscription] = []
    var listings: [Listing] = []
    /// For workers; see ``OrderQueue``.
    var queues: [ConnectionID: OrderQueue] = [:]
    /// Connections that have not said who they are, oldest first.
    private var strangers: [ConnectionID] = []
    /// Connections whose traffic goes nowhere because somebody wants it so.
    var cuts: [NodeID: Connection] = [:]
    /// The number of the last change that was given to the journal.
    private var lastRecorded: Int
    var jobFiles = JobFiles()
    var logRequests = LogRequests()
    /// HOST:PORT that it listens on.
    private(set) var address = ""
    private var connectionCount = 0

    /// - Throws: ``JournalError`` when the folder is another coordinator's, or its journal is damaged.
    public init(_ configuration: Configuration) throws {
        self.configuration = configuration
        let folder = JournalFolder(path: configuration.folder)
        lock = try folder.take()
        loop = try Loop()
        outbox = try Outbox(on: loop)
        let recovery = try Recovery(folder)
        for warning in recovery.warnings { log.warning("\(warning)") }
        let boottime = Int64(Clock.boottimeNanoseconds())
        let start = recovery.now(wallClock: Int64(Clock.realtimeNanoseconds()))
        clockOffset = start.nanoseconds - boottime
        plane = ControlPlane(
            heartbeatTimeout: configuration.heartbeatTimeout, recovering: recovery.cluster, at: start)
        changes = recovery.changes
        try folder.removeJobFiles(except: recovery.cluster.activeJobs)
        jobFiles = try folder.jobFiles(of: recovery.cluster.activeJobs)
        lastRecorded = recovery.cluster.sequence
        gate = SyncGate(synced: lastRecorded)
        let snapshots = SnapshotMaker(folder, retention: configuration.retention) { [clockOffset] in
            Self.now(clockOffset)
        }
        let reports = try Inbox<JournalWriter.Report>(on: loop) { [unowned self] report in hear(report) }
        self.reports = reports
        journal = try JournalWriter(
            folder, end: recovery.end, last: recovery.cluster.sequence, segmentSize: configuration.segmentSize,
            snapshots: snapshots, reports: reports.address)
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Parameter onReady: Called once connections are taken, with the address.
    public func run(onReady: (SocketAddress) -> Void) throws {
        let listener = try TCPListener(on: loop, descriptor: configuration.listener) { [unowned self] result in
            accept(result)
        }
        self.listener = listener
        address = "\(listener.address)"
        timer = try LoopTimer(on: loop) { [unowned self] in reachDeadline() }
        signals = try [Signal.terminate, .interrupt].map { signal throws(LoopError) in
            try SignalHandle(on: loop, signal: signal) { [unowned self] in stop() }
        }
        decide(
            .coordinatorStarted(cluster: Self.randomName(), wallClock: Int64(Clock.realtimeNanoseconds())))
        idleTimer = try LoopTimer(on: loop) { [unowned self] in closeIdle() }
        idleTimer?.set(milliseconds: Self.idleLimit)
        onReady(listener.address)
        Processes.releaseUnusedMemory()
        loop.run()
    }

    /// Told to end: the workers are told too, since without a coordinator they have nothing to do, and clients, which would
    /// wait for another.
    private func stop() {
        log.notice("stopping")
        for peer in peers.values where peer.role == .client { peer.send(Numbered(0, ClientReply.ended)) }
        for connection in nodes.all { peers[connection]?.send(WorkerOrder.stop) }
        for peer in peers.values { peer.close() }
        listener?.close()
        journal?.close()
        reports?.close()
        timer?.close()
        idleTimer?.close()
        for signal in signals { signal.close() }
        outbox.close()
    }

    var now: Instant { Self.now(clockOffset) }

    private static func now(_ offset: Int64) -> Instant {
        Instant(nanoseconds: Int64(Clock.boottimeNanoseconds()) + offset)
    }

    // MARK: - The way of an event

    func decide(_ event: Event) {
        let now = now
        carryOut(Step(event: event, decision: plane.handle(event, at: now)), at: now)
        setTimer(at: now)
    }

    private func reachDeadline() {
        let now = now
        for step in plane.expire(at: now) { carryOut(step, at: now) }
        setTimer(at: now)
    }

    private func carryOut(_ step: Step, at now: Instant) {
        note(step.decision.changes)
        // Before the change that speaks of them.
        for case .keepJobFiles(let job, let request) in step.decision.effects { keepFiles(of: request, for: job) }
        record(step, at: now)
        for effect in step.decision.effects { dispatch(effect) }
    }

    private func record(_ step: Step, at now: Instant) {
        let changes = step.decision.changes
        let first = lastRecorded + 1
        lastRecorded += changes.count
        for (place, change) in changes.enumerated() {
            unsynced.append(RecordedChange(sequence: first + place, instant: now, change: change))
        }
        let event = configuration.recordsEvents ? step.event : nil
        guard !changes.isEmpty || event != nil else { return }
        journal?.append(JournalEntry(sequence: first, instant: now, changes: changes, event: event))
    }

    private func keepFiles(of request: RequestID, for job: JobID) {
        jobFiles.assign(request, to: job)
        journal?.keep(jobFiles[job], of: job)
    }

    func dropFiles(of job: JobID) {
        jobFiles.drop(job)
        journal?.drop(job)
    }

    // MARK: - What the journal says

    private func hear(_ report: JournalWriter.Report) {
        switch report {
        case .synced(let sequence): release(upTo: sequence)
        case .stuck(let reason):
            log.error("the journal cannot be written, and no new work is given out: \(reason)")
            decide(.journalStuck(reason: reason))
            releaseReports()
        case .flowing:
            log.notice("the journal can be written again")
            decide(.journalStuck(reason: nil))
        }
    }

    private func release(upTo sequence: Int) {
        while let first = unsynced.first, first.sequence <= sequence { changes.append(unsynced.removeFirst()) }
        for item in gate.sync(upTo: sequence) { perform(item) }
        feedSubscribers()
    }

    private func setTimer(at now: Instant) {
        guard let deadline = plane.nextDeadline else { return }
        let milliseconds = max(0, now.duration(to: deadline).nanoseconds + 999_999) / 1_000_000
        timer?.set(milliseconds: UInt64(milliseconds))
    }

    // MARK: - Connections

    private func accept(_ result: Result<TCPStream, LoopError>) {
        switch result {
        case .failure(let error): log.warning("a connection could not be taken: \(error)")
        case .success(let stream):
            connectionCount += 1
            let id = ConnectionID(connectionCount)
            let connection = Connection.accept(stream, outbox, secret: configuration.secret) { [unowned self] in
                welcome(id)
            }
            connection.onEnd = { [unowned self] end in lose(id, end.description, isBroken: end.cause == .broken) }
            peers[id] = connection
            limitStrangers(id)
        }
    }

    /// Ends a connection that nothing is lost with.
    func letGo(_ id: ConnectionID) {
        peers.removeValue(forKey: id)?.close()
        queues[id] = nil
        unacknowledged.remove(id)
    }

    /// Whoever knocks and says nothing must not keep others out.
    private func limitStrangers(_ id: ConnectionID) {
        strangers.append(id)
        guard strangers.count > Self.strangerLimit else { return }
        let oldest = strangers.removeFirst()
        letGo(oldest)
    }

    /// The peer has proved that it belongs to the cluster.
    private func welcome(_ id: ConnectionID) {
        strangers.removeAll { $0 == id }
        guard let peer = peers[id], let role = peer.role else { return }
        switch role {
        case .client:
            peer.onFrame = { [unowned self] frame in hear(frame, from: id, handleRequest) }
            peer.onDrained = { [unowned self] in
                feedSubscribers()
                feedListings()
            }
        case .worker:
            peer.onFrame = { [unowned self] frame in hear(frame, from: id, handleWorker) }
            peer.onDrained = { [unowned self] in goOn(id) }
        case .launcher: peer.onFrame = { [unowned self] frame in hear(frame, from: id, handleLauncher) }
        case .fetcher: letGo(id)
        }
    }

    private func hear<M: WireMessage>(_ frame: Span<UInt8>, from id: ConnectionID, _ handle: (M, ConnectionID) -> Void)
    {
        do throws(WireError) {
            handle(try M(decoding: frame), id)
        } catch {
            log.warning("connection \(id.number) ended: \(error)")
            peers[id]?.close()
            lose(id, "\(error)")
        }
    }

    private func lose(_ id: ConnectionID, _ reason: String, isBroken: Bool = false) {
        let role = peers.removeValue(forKey: id)?.role
        strangers.removeAll { $0 == id }
        queues[id] = nil
        unacknowledged.remove(id)
        subscriptions.removeAll { $0.request.connection == id }
        listings.removeAll { $0.request.connection == id }
        jobFiles.forgetUploads(of: id)
        if let incarnation = nodes.end(id) {
            cuts[incarnation.node] = nil
            answerLogs(ofLost: incarnation.node)
            decide(isBroken ? .nodeDisconnected(incarnation) : .nodeLost(incarnation, reason: reason))
        }
        if role == .launcher { decide(.launcherLeft(id)) }
    }

    /// A client that neither asks nor follows keeps a connection for nothing. Nodes and launchers are known by their own
    /// signs of life.
    private func closeIdle() {
        let followed = Set(subscriptions.map(\.request.connection))
        for (id, peer) in peers where peer.role == .client && !followed.contains(id) {
            guard loop.now - peer.lastHeard >= Self.idleLimit else { continue }
            peer.close()
            lose(id, "it was idle")
        }
        idleTimer?.set(milliseconds: Self.idleLimit)
    }

    /// Short, and different for any two clusters that may ever write to one folder.
    private static func randomName() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(UInt64.random(in: 1 << 40...UInt64.max, using: &generator), radix: 36)
    }
}
