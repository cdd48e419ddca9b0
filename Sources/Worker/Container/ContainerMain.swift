internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import MapReduce
internal import Transport
internal import Wire

/// The process that runs attempts, one after another, for its worker.
///
/// Each attempt gets an empty folder, a clean environment and, for a streaming job, a new child process; whatever the last
/// one left running is killed before.
public final class Container {
    private let loop: Loop
    private let outbox: Outbox
    private let children: ChildReaper
    private var worker: Connection?
    private var progressTimer: LoopTimer?
    private var attempt: (any RunningAttempt)?
    private var job: PreparedJob?
    /// What it is to run next, in this order.
    private var waiting: [(attempt: AttemptID, assignment: Assignment)] = []
    /// An attempt has failed: it runs nothing more.
    private var isSpent = false
    private var isBeginning = false
    private var archives: UnpackedArchives?

    /// On the loop's clock, when the processes were counted last.
    private var lastCount: UInt64 = 0

    /// Milliseconds between two reports of progress.
    private static let progressInterval: UInt64 = 100
    /// Milliseconds between two counts of processes, at least.
    private static let countInterval: UInt64 = 10

    private init() throws {
        loop = try Loop()
        outbox = try Outbox(on: loop)
        children = try ChildReaper(on: loop, strays: .reaped)
    }

    /// - Parameter descriptor: The socket to the worker.
    public static func run(descriptor: Int32) throws {
        let container = try Container()
        try container.serve(descriptor)
        container.loop.run()
    }

    /// Process 1 of a namespace of its own, so that it may kill everything that it sees.
    static var isAlone: Bool { Processes.ownID == 1 }

    private func serve(_ descriptor: CInt) throws {
        progressTimer = try LoopTimer(on: loop) { [unowned self] in reportProgress() }
        let connection = Connection.trusted(try PipeStream(on: loop, descriptor: descriptor), outbox)
        connection.onFrame = { [unowned self] frame in hear(frame) }
        // Without its worker a container has no purpose, nor has what it started.
        connection.onEnd = { _ in Container.leave() }
        worker = connection
        // A fork bomb may rise and fall between two reports, but not without leaving strays, which were there together.
        children.onStrays = { [unowned self] count in countProcesses(ended: count) }
        if !Self.isAlone { try Self.watch(descriptor) }
    }

    /// Where no death signal ends the container, a thread of its own sees its worker's end, though the loop be busy. It goes
    /// with the process.
    private static func watch(_ descriptor: CInt) throws {
        _ = try LoopThread.start(name: "worker-watch") {
            Descriptors.waitForHangUp(descriptor)
            Container.leave()
        }
    }

    private static func leave() -> Never {
        killStrays()
        Processes.exit(status: 0)
    }

    private func hear(_ frame: Span<UInt8>) {
        do throws(WireError) {
            switch try ContainerOrder(decoding: frame) {
            case .prepare(let job): self.job = PreparedJob(job)
            case .run(let attempt, let assignment):
                waiting.append((attempt, assignment))
                runNext()
            case .release:
                worker?.send(ContainerMessage.released(waiting.map(\.attempt)))
                waiting = []
            case .mapOutputs(let locations): attempt?.locate(locations)
            case .cut(let direction): attempt?.cut(direction)
            }
        } catch {
            Self.leave()
        }
    }

    /// Attempts that come to their ends at once are run in this loop, one after another.
    private func runNext() {
        guard !isBeginning, let job else { return }
        isBeginning = true
        while attempt == nil, !isSpent, !waiting.isEmpty {
            let next = waiting.removeFirst()
            run(ContainerTask(next.attempt, next.assignment, of: job))
        }
        isBeginning = false
    }

    private func run(_ task: ContainerTask) {
        let context = AttemptContext(
            task: task, loop: loop, outbox: outbox, children: children,
            report: { [unowned self] message in tell(message) }
        )
        do {
            attempt = try makeAttempt(context)
            let wait = try UnpackedArchives(context) { [unowned self] in try attempt?.start() }
            // It may have come to its end at once.
            guard attempt != nil else { return }
            archives = wait
            progressTimer?.set(milliseconds: Self.progressInterval)
        } catch {
            context.fail("\(error)")
        }
    }

    private func makeAttempt(_ context: AttemptContext) throws -> any RunningAttempt {
        switch context.task.assignment {
        case .map(let uri, let offset, let length, let more):
            if let step = try NativeStep(mapper: context.task.job.program.mapper) {
                try NativeMapAttempt(context, step, uri: uri, offset: offset, length: length, more: more)
            } else {
                try MapAttempt(context, uri: uri, offset: offset, length: length, more: more)
            }
        case .reduce(let partition, let mapCount): try ReduceAttempt(context, partition: partition, mapCount: mapCount)
        case .commit(let winners): CommitAttempt(context, winners: winners)
        case .abort: AbortAttempt(context)
        }
    }

    private func tell(_ message: ContainerMessage) {
        switch message {
        case .progress, .fetchFailed, .shuffleFinished, .status, .released: worker?.send(message)
        case .succeeded, .failed:
            if attempt?.context.hasRunPrograms ?? true { Self.killStrays() }
            if case .failed = message { isSpent = true }
            attempt = nil
            archives = nil
            progressTimer?.cancel()
            worker?.send(message)
            runNext()
        }
    }

    /// What the attempt's program left running must not see the next one.
    ///
    /// - Returns: How many they were, as far as that is known.
    @discardableResult
    static func killStrays() -> Int {
        if isAlone { return ChildReaper.killEverythingElse() }
        ChildReaper.killAllBelow()
        return 0
    }

    private func countProcesses(ended: Int = 0) {
        guard let limits = attempt?.context.limits, let limit = limits.processes else { return }
        var count = ended
        if loop.now >= lastCount + Self.countInterval {
            lastCount = loop.now
            count += Processes.descendantCount(upTo: limit)
        }
        if let excess = limits.excess(ofProcesses: count) { attempt?.context.fail(excess) }
    }

    private func reportProgress() {
        guard let attempt else { return }
        worker?.send(attempt.context.takeProgress())
        progressTimer?.set(milliseconds: Self.progressInterval)
        countProcesses()
    }
}

/// An attempt of some kind, under way.
protocol RunningAttempt: AnyObject {
    var context: AttemptContext { get }
    func start() throws
    func locate(_ locations: [MapOutputLocation])
    func cut(_ direction: CutDirection?)
}

extension RunningAttempt {
    /// Most attempts do not read map output.
    func locate(_ locations: [MapOutputLocation]) {}
    func cut(_ direction: CutDirection?) {}
}
