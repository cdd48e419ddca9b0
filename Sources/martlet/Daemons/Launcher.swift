internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Logging
internal import Transport
internal import Wire
internal import Worker

/// Starts the coordinator and, at its word, workers on this host. They are its children, so it knows when they end; its own
/// end, asked for by SIGTERM, is theirs, and that of unfinished jobs.
///
/// One that supervises starts the coordinator again, on the same socket, when it ended unasked: until then connections wait.
final class Launcher {
    struct Configuration {
        let folder: ClusterFolder
        /// Milliseconds, as the coordinator is told.
        var heartbeatTimeout = "2000"
        var supervises = false
        /// Whether the coordinator keeps every event.
        var records = false
        /// As the coordinator is told.
        var keepHistory = "all"
        /// There is a journal to go on from.
        var resumes = false
        /// Names of nodes that will then be asked for again.
        var returning: [String] = []
    }

    /// Milliseconds between two attempts to reach the coordinator.
    private static let reconnectInterval: UInt64 = 100
    /// Milliseconds that a child has to end in peace.
    private static let patience: UInt64 = 3000

    let address: SocketAddress
    private let configuration: Configuration
    private let folder: ClusterFolder
    private let secret: [UInt8]
    /// Kept open only to give it to another coordinator: without one that can come, nobody must wait for it.
    private var socket: CInt?
    private let loop: Loop
    private let outbox: Outbox
    private let children: ChildReaper
    private let log = Logger(label: "launcher")
    private var connection: Connection?
    /// The coordinator listens; before, nothing must be sent.
    private var isJoined = false
    /// What it is to hear as soon as it does.
    private var unsaid: [LauncherMessage] = []
    private var timer: LoopTimer?
    private var restartTimer: LoopTimer?
    private var restarts = RestartPolicy()
    /// On the loop's clock, when the coordinator was started last, and whether it has served since.
    private var coordinatorStart: UInt64 = 0
    private var hasServed = false
    private var signals: [SignalHandle] = []
    /// By name; the coordinator's is `master`.
    private var running: [String: ChildProcess] = [:]
    /// Nodes to start as soon as their last process has ended.
    private var waiting: [String: NodeRegistration] = [:]
    private var isStopping = false
    private var canceller: JobCanceller?
    private var onReady: ((SocketAddress) -> Void)?
    /// Why the coordinator ended though nobody had told it to, in one sentence.
    private(set) var failure: String?

    init(_ configuration: Configuration) throws {
        self.configuration = configuration
        folder = configuration.folder
        secret = try Secret.load(file: folder.secret)
        loop = try Loop()
        outbox = try Outbox(on: loop)
        // Above workers it is the last that can kill what one of them left.
        children = try ChildReaper(on: loop, strays: ContainerIsolation.current.strays)
        if configuration.resumes { unsaid = try Self.farewells(configuration) }
        let socket = try Self.openSocket(before: configuration.resumes ? folder.lastAddress : nil)
        self.socket = socket
        address = try ListeningSocket.address(of: socket)
        try startCoordinator()
        if !configuration.supervises { closeSocket() }
        try folder.note(launcher: Processes.ownID, address: address, supervises: configuration.supervises)
    }

    /// The port that it had before, for those who wait there; else the usual one, or a free one when somebody has it.
    private static func openSocket(before: SocketAddress?) throws -> CInt {
        for address in [before, SocketAddress(host: "127.0.0.1", port: ClusterFolder.usualPort)].compactMap({ $0 }) {
            if let socket = try? ListeningSocket.open(address) { return socket }
        }
        return try ListeningSocket.open(SocketAddress(host: "127.0.0.1", port: 0))
    }

    /// Nobody has seen how these nodes ended, and the coordinator would wait for them.
    private static func farewells(_ configuration: Configuration) throws -> [LauncherMessage] {
        let farewells = try Remains(of: configuration.folder).farewells(returning: configuration.returning, \.isAlive)
        return farewells.map { .workerEnded(name: $0.node.name, pid: $0.node.pid, reason: $0.reason) }
    }

    /// - Parameter onReady: Called when the coordinator knows the launcher, so that nodes can be asked for.
    func run(onReady: @escaping (SocketAddress) -> Void) {
        self.onReady = onReady
        do {
            timer = try LoopTimer(on: loop) { [unowned self] in timeIsUp() }
            restartTimer = try LoopTimer(on: loop) { [unowned self] in restartCoordinator() }
            signals = try [Signal.terminate, .interrupt].map { signal in
                try SignalHandle(on: loop, signal: signal) { [unowned self] in cancelAndStop() }
            }
        } catch {
            log.error("\(error)")
            stop()
        }
        connect()
        loop.run()
    }

    // MARK: - Children

    private func startCoordinator() throws {
        let arguments = [
            "coordinator", "--data", folder.coordinator, "--secret-file", folder.secret, "--listen-descriptor", "3",
            "--heartbeat-timeout", configuration.heartbeatTimeout, "--record", configuration.records ? "yes" : "no",
            "--keep-history", configuration.keepHistory,
        ]
        (coordinatorStart, hasServed) = (loop.now, false)
        try start("master", arguments, descriptors: socket.map { [$0] } ?? [])
    }

    private func closeSocket() {
        if let socket { Descriptors.close(socket) }
        socket = nil
    }

    private func startWorker(_ node: NodeRegistration) {
        guard !isStopping else { return }
        let arguments = [
            "worker", "--coordinator", "\(address)", "--role", "\(node.role)", "--instance-type", node.instanceType,
            "--name", node.name, "--data", folder.node(node.name), "--secret-file", folder.secret,
        ]
        if let last = running[node.name] {
            // The node is lost or stopped, so whatever is left of its last process has no right to go on.
            waiting[node.name] = node
            return ProcessTree.kill(last.pid, startedAt: last.startTime)
        }
        do {
            try start(node.name, arguments, descriptors: [])
        } catch {
            tell(.workerEnded(name: node.name, pid: 0, reason: "\(error)"))
        }
    }

    private func start(_ name: String, _ arguments: [String], descriptors: [CInt]) throws {
        let log = try LogFile.open(folder.log(name))
        defer { Descriptors.close(log) }
        let request = SpawnRequest(
            executable: Processes.executablePath, arguments: arguments, environment: Processes.environment,
            descriptors: [-1, log, log] + descriptors, newSession: true
        )
        let child = try ChildProcess.spawn(request, on: children) { [unowned self] status in ended(name, status) }
        running[name] = child
        try folder.note(process: name, pid: child.pid, startTime: child.startTime)
    }

    private func ended(_ name: String, _ status: ExitStatus) {
        let pid = Int(running.removeValue(forKey: name)?.pid ?? 0)
        folder.forget(process: name)
        if name == "master" && !isStopping { return loseMaster(status) }
        if let node = waiting.removeValue(forKey: name) {
            tell(.workerReplaced(name: name, pid: pid))
            startWorker(node)
        } else {
            tell(.workerEnded(name: name, pid: pid, reason: describe(name, status)))
        }
        closeWhenEmpty()
    }

    /// Without its coordinator the cluster is of no use: unless another is to follow, all ends, so that `up` starts anew.
    private func loseMaster(_ status: ExitStatus) {
        let reason = "the coordinator ended: \(describe("master", status))"
        // Who was never ready is a cluster that cannot start, which `up` is waiting to hear.
        guard configuration.supervises, onReady == nil else { return fail(reason) }
        let life = RestartPolicy.Life(
            milliseconds: loop.now - coordinatorStart, hasServed: hasServed,
            wasKilled: status == .signaled(Int(Signal.kill.rawValue)))
        guard let pause = restarts.pause(after: life) else {
            return fail(
                "\(reason); so it did \(RestartPolicy.limit) times in a row, soon after its start; its journal is in "
                    + folder.coordinator)
        }
        let time = pause > 0 ? " in \(pause) ms" : ""
        log.warning("\(reason); it is started again\(time)")
        restartTimer?.set(milliseconds: pause)
    }

    private func restartCoordinator() {
        guard !isStopping else { return }
        do {
            try startCoordinator()
            // In the socket's backlog it is among the first to be heard.
            timer?.cancel()
            connect()
        } catch {
            fail("the coordinator cannot be started again: \(error)")
        }
    }

    private func fail(_ reason: String) {
        log.error("\(reason); the cluster ends")
        failure = reason
        stop()
    }

    private func describe(_ name: String, _ status: ExitStatus) -> String {
        let last = LogFile.lastLine(folder.log(name))
        return switch status {
        case .exited(let status): "its process exited with status \(status)\(last.isEmpty ? "" : ": \(last)")"
        case .signaled(let signal): "its process was killed by signal \(signal)"
        }
    }

    // MARK: - The coordinator's orders

    private func connect() {
        guard !isStopping, connection == nil else { return }
        do {
            let connection = try Connection.connect(to: address, as: .launcher, outbox, secret: secret) {
                [unowned self] in
                join()
            }
            connection.onEnd = { [unowned self] _ in lose() }
            connection.onFrame = { [unowned self] frame in hear(frame) }
            self.connection = connection
        } catch {
            lose()
        }
    }

    private func join() {
        (isJoined, hasServed) = (true, true)
        tell(.join(host: Processes.hostName))
        for message in unsaid { tell(message) }
        unsaid = []
        connection?.flush()
        onReady?(address)
        onReady = nil
        Processes.releaseUnusedMemory()
    }

    private func tell(_ message: LauncherMessage) {
        if isJoined { connection?.send(message) } else { unsaid.append(message) }
    }

    private func lose() {
        (connection, isJoined) = (nil, false)
        if !isStopping { timer?.set(milliseconds: Self.reconnectInterval) }
    }

    private func hear(_ frame: Span<UInt8>) {
        do throws(WireError) {
            switch try LauncherOrder(decoding: frame) {
            case .startWorker(let node): startWorker(node)
            case .killWorker(let name, let pid, let startTime): kill(name, pid, startTime)
            case .freezeWorker(let pid, let start): signal(pid, start) { Processes.freezeTree($0) }
            case .thawWorker(let pid, let start): signal(pid, start) { Processes.thawTree($0) }
            }
        } catch {
            log.error("\(error)")
        }
    }

    /// A worker that has not registered yet is known by its name only.
    private func kill(_ name: String, _ pid: Int, _ startTime: Int) {
        let pid = pid > 0 ? CInt(clamping: pid) : running[name]?.pid ?? 0
        let start = startTime > 0 ? UInt64(startTime) : running[name]?.startTime ?? 0
        guard pid > 0, Processes.startTime(of: pid) == start else { return log.warning("\(name) is gone already") }
        ProcessTree.kill(pid, startedAt: start)
    }

    private func signal(_ pid: Int, _ startTime: Int, _ send: (CInt) -> Void) {
        let pid = CInt(clamping: pid)
        guard pid > 1, Processes.startTime(of: pid) == UInt64(clamping: startTime) else { return }
        send(pid)
    }

    // MARK: - The end

    /// Told so once more, by `down` for one, it goes on waiting for the jobs: that has a deadline.
    private func cancelAndStop() {
        guard canceller == nil, !isStopping else { return }
        do {
            canceller = try JobCanceller(address, outbox, secret: secret) { [unowned self] in stop() }
        } catch {
            log.warning("unfinished jobs could not be cancelled: \(error)")
            stop()
        }
    }

    private func stop() {
        guard !isStopping else { return }
        isStopping = true
        closeSocket()
        canceller?.close()
        connection?.close()
        connection = nil
        for child in running.values { child.signal(.terminate) }
        timer?.set(milliseconds: Self.patience)
        closeWhenEmpty()
    }

    private func timeIsUp() {
        guard isStopping else { return connect() }
        for (name, child) in running {
            log.warning("\(name) does not end: it is killed")
            ProcessTree.kill(child.pid, startedAt: child.startTime)
        }
    }

    /// Nobody writes there any more.
    private func removeLeftovers() {
        for path in canceller?.leftovers ?? [] {
            do {
                try LocalFileSystem.remove(path)
            } catch {
                log.warning("\(error)")
            }
        }
    }

    private func closeWhenEmpty() {
        guard isStopping, running.isEmpty else { return }
        removeLeftovers()
        timer?.close()
        restartTimer?.close()
        for signal in signals { signal.close() }
        children.close()
        outbox.close()
    }
}

enum ProcessTree {
    /// SIGKILL for a process and everything under it, if it is still the one meant.
    static func kill(_ pid: CInt, startedAt start: UInt64) {
        // Where containers have namespaces, all below a worker dies with it, and faster than it could be found.
        switch ContainerIsolation.current {
        case .namespace: _ = Processes.send(.kill, to: pid, startedAt: start)
        case .subreapers: if Processes.startTime(of: pid) == start { Processes.killTree(pid) }
        }
    }
}
