internal import ClusterModel
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
        public var secret: [UInt8] = []
        public var heartbeatTimeout = Duration.seconds(2)

        /// - Parameter listener: Descriptor of a listening socket.
        public init(listener: CInt) { self.listener = listener }
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
    private let started = Clock.boottimeNanoseconds()
    private var listener: TCPListener?
    private var timer: LoopTimer?
    private var idleTimer: LoopTimer?
    private var signals: [SignalHandle] = []

    var plane: ControlPlane
    var changes = ChangeLog()
    var peers: [ConnectionID: Connection] = [:]
    var workers: [NodeID: ConnectionID] = [:]
    var incarnations: [ConnectionID: Incarnation] = [:]
    /// Workers that have said how attempts ended, and wait to be told that it was heard.
    var unacknowledged: Set<ConnectionID> = []
    var subscriptions: [Subscription] = []
    /// For workers; see ``OrderQueue``.
    var queues: [ConnectionID: OrderQueue] = [:]
    /// Connections that have not said who they are, oldest first.
    private var strangers: [ConnectionID] = []
    /// Connections whose traffic goes nowhere because somebody wants it so.
    var cuts: [NodeID: Connection] = [:]
    var jobFiles = JobFiles()
    var logRequests = LogRequests()
    /// HOST:PORT that it listens on.
    private(set) var address = ""
    private var connectionCount = 0

    public init(_ configuration: Configuration) throws(LoopError) {
        self.configuration = configuration
        loop = try Loop()
        outbox = try Outbox(on: loop)
        plane = ControlPlane(heartbeatTimeout: configuration.heartbeatTimeout)
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Parameter onReady: Called once connections are taken, with the address.
    public func run(onReady: (SocketAddress) -> Void) throws(LoopError) {
        let listener = try TCPListener(on: loop, descriptor: configuration.listener) { [unowned self] result in
            accept(result)
        }
        self.listener = listener
        address = "\(listener.address)"
        timer = try LoopTimer(on: loop) { [unowned self] in reachDeadline() }
        signals = try [Signal.terminate, .interrupt].map { signal throws(LoopError) in
            try SignalHandle(on: loop, signal: signal) { [unowned self] in stop() }
        }
        decide(.coordinatorStarted(cluster: Self.randomName()))
        idleTimer = try LoopTimer(on: loop) { [unowned self] in closeIdle() }
        idleTimer?.set(milliseconds: Self.idleLimit)
        onReady(listener.address)
        Processes.releaseUnusedMemory()
        loop.run()
    }

    /// Told to end: the workers are told too, since without a coordinator they have nothing to do.
    private func stop() {
        log.notice("stopping")
        for connection in workers.values { peers[connection]?.send(WorkerOrder.stop) }
        for peer in peers.values { peer.close() }
        listener?.close()
        timer?.close()
        idleTimer?.close()
        for signal in signals { signal.close() }
        outbox.close()
    }

    var now: Instant { Instant(nanoseconds: Int64(Clock.boottimeNanoseconds() - started)) }

    // MARK: - The way of an event

    func decide(_ event: Event) {
        let now = now
        carryOut(plane.handle(event, at: now), at: now)
    }

    private func reachDeadline() {
        let now = now
        carryOut(plane.expire(at: now), at: now)
    }

    private func carryOut(_ decision: Decision, at now: Instant) {
        note(decision.changes)
        changes.append(decision.changes, at: now)
        for effect in decision.effects { perform(effect) }
        if !decision.changes.isEmpty { feedSubscribers() }
        setTimer(at: now)
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
            peer.onDrained = { [unowned self] in feedSubscribers() }
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
        jobFiles.forgetUploads(of: id)
        if let incarnation = incarnations.removeValue(forKey: id) {
            if workers[incarnation.node] == id { workers[incarnation.node] = nil }
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
