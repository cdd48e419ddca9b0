internal import EventLoop
internal import Transport
internal import Wire

/// A container, from its worker's side.
///
/// ``ContainerIsolation`` sees to it that nothing that it starts outlives it, and that it does not outlive its worker.
final class ContainerProcess {
    /// Thousandths of its attempt's work.
    var fraction = 0
    /// What its attempt's program last said of itself.
    var status = ""
    /// It has read, written or said something since the worker last told of it.
    var hasProgressed = false

    /// The container itself looks at the number of processes now and then; meanwhile the kernel bounds that of threads, and
    /// so how far a fork bomb gets. Programs within the limit may have so many threads each.
    private static let threadsPerProcess = 4
    /// No kernel has so many processes: no more than this are multiplied.
    private static let boundedProcesses = 1 << 22

    /// What it was started with; see ``init(_:_:processLimit:)``.
    let processLimit: Int?
    /// Called with what it says of its attempts.
    var onMessage: (ContainerMessage) -> Void = { _ in }
    /// Called once, when the process is gone, with what became of it in words.
    var onEnd: (String) -> Void = { _ in }

    private var process: ChildProcess?
    private let loop: Loop
    /// On the loop's clock, when its present attempt began, or was sent to it.
    private var begun: UInt64
    private let connection: Connection
    /// SIGKILL was sent; what it still said is not heard.
    private var isKilled = false
    private var ownProblem: String?

    /// - Parameter processLimit: What its attempts' programs are held to; nil is any number.
    init(_ outbox: Outbox, _ children: ChildReaper, processLimit: Int?) throws {
        self.processLimit = processLimit
        loop = outbox.loop
        begun = loop.now
        let (ours, theirs) = try Descriptors.socketPair()
        defer { Descriptors.close(theirs) }
        connection = Connection.trusted(try PipeStream(on: outbox.loop, descriptor: ours), outbox)
        let isAlone = ContainerIsolation.current == .namespace
        let request = SpawnRequest(
            executable: Processes.executablePath, arguments: ["container"], environment: Processes.environment,
            descriptors: [-1, 2, 2, theirs], isolation: isAlone ? .processNamespace : .none,
            // Without a namespace it must live on for a moment to clean up: the end of its socket tells it to.
            newSession: true, diesWithParent: isAlone,
            threadLimit: processLimit.map { Self.threadsPerProcess * min($0, Self.boundedProcesses) }
        )
        do {
            process = try ChildProcess.spawn(request, on: children) { [self] status in
                connection.close()
                onEnd(ownProblem ?? Self.describe(status))
            }
        } catch {
            connection.close()
            throw error
        }
        connection.onFrame = { [unowned self] frame in hear(frame) }
    }

    func send(_ order: ContainerOrder) { connection.send(order) }

    /// - Returns: How long the attempt took, in milliseconds.
    func endAttempt() -> UInt64 {
        defer { begun = loop.now }
        (fraction, status) = (0, "")
        return loop.now - begun
    }

    /// The container has stood idle until now.
    func beginAttempt() { begun = loop.now }

    func kill() {
        isKilled = true
        guard let process, process.status == nil else { return }
        switch ContainerIsolation.current {
        case .namespace: process.signal(.kill)
        // All at once and not one after another, lest it be seen to lose its program and go on.
        case .subreapers: Processes.killTree(process.pid)
        }
    }

    private func hear(_ frame: Span<UInt8>) {
        guard !isKilled else { return }
        do throws(WireError) {
            onMessage(try ContainerMessage(decoding: frame))
        } catch {
            ownProblem = "its container said what is no message: \(error)"
            kill()
        }
    }

    private static func describe(_ status: ExitStatus) -> String {
        switch status {
        case .exited(let status): "its container ended with exit status \(status)"
        case .signaled(let signal): "its container was killed by signal \(signal)"
        }
    }
}
