public import ClusterModel
internal import SeededNumbers
public import Wire

/// A cluster on a virtual clock: the core and its soft state themselves, among modelled processes, connections and disks, to
/// which happens what a plan and chance tell. The same scenario brings the same run in every process.
public struct Simulation: Sendable {
    /// Stands between the core and the rest, and makes mistakes: a run that does not notice them proves little.
    public struct Meddler: Sendable {
        public var event: @Sendable (Event) -> [Event] = { [$0] }
        public var decision: @Sendable (Decision, Event) -> Decision = { decision, _ in decision }

        public init() {}
    }

    public let scenario: Scenario
    let meddler: Meddler?
    /// What the coordinator has on its disk.
    public var journal: [JournalEntry] { disk.entries }
    /// The core.
    public var cluster: Cluster { coordinator.plane.cluster }
    public internal(set) var figures = Figures()
    /// Of every event and what was decided on it, also where a crash has lost it, in order.
    public internal(set) var logHash = LogHash()
    /// What happened and what followed, in words, when somebody wants to read it.
    public internal(set) var story: Story?

    var random: SplitMix64
    /// For what attempts come to, so that it does not depend on how long messages take.
    var fates: SplitMix64
    var now = Instant.start
    var agenda = Agenda<Happening>()
    var coordinator: CoordinatorModel
    var disk = JournalModel()
    var links: [Link] = []
    var workers: [WorkerModel] = []
    /// Connections of the launcher and of the client, by place.
    var launcher: Int?
    var client: Int?
    var referee = Referee()
    /// Output that jobs have published: the winners that were gathered.
    var published: [JobID: [AttemptID]] = [:]
    var aborted: Set<JobID> = []
    /// Requests, by place, whose connection is there and whose answer is not.
    var unanswered: Set<Int> = []
    /// Jobs that the client was told were taken.
    var acknowledged: Set<JobID> = []
    /// The number of the last change that somebody outside was told of.
    var told = 0
    /// Faults of the plan that come after a change, the next one last.
    var afterChanges: [(change: Int, place: Int)] = []
    var mended = false
    var tokens = 0
    var wallClockJump = Duration.zero
    /// Jumps that no coordinator has seen yet.
    var unseenJumps = 0
    var syncTime: ClosedRange<Int>
    private var isDone = false

    /// - Parameters:
    ///   - tellsStory: Whether ``story`` is written.
    public init(_ scenario: Scenario, meddler: Meddler? = nil, tellsStory: Bool = false) {
        self.scenario = scenario
        self.meddler = meddler
        story = tellsStory ? Story() : nil
        random = SplitMix64(seed: scenario.seed ^ 0x6d61_7274_6c65_7421)
        fates = random.split()
        syncTime = scenario.syncTime
        settled = Instant.start.advanced(by: scenario.end + .seconds(15))
        deadline = settled.advanced(by: Self.patience)
        coordinator = CoordinatorModel(heartbeatTimeout: scenario.heartbeatTimeout)
        begin()
    }

    /// After the last planned fault, everything is mended and every job must end within this time.
    static let patience = Duration.seconds(3600)
    /// By then whoever can be back is back.
    private let settled: Instant
    /// Nobody waits longer.
    private let deadline: Instant

    private mutating func begin() {
        agenda.add(.coordinatorStart(life: 1), at: now)
        agenda.add(.launcherConnect, at: now)
        for (number, containers) in scenario.containers.enumerated() {
            startWorker(byHand(Scenario.name(number), containers, rack: number % scenario.rackCount))
        }
        for (place, request) in scenario.requests.enumerated() {
            agenda.add(.request(place), at: now.advanced(by: request.at))
        }
        for (place, item) in scenario.plan.items.enumerated() {
            switch item.moment {
            case .at(let time): agenda.add(.fault(place), at: now.advanced(by: time))
            case .change(let change): afterChanges.append((change, place))
            }
        }
        afterChanges.sort { ($0.change, $0.place) > ($1.change, $1.place) }
        agenda.add(.mend(.everything), at: settled.advanced(by: .seconds(-5)))
    }

    /// Runs until every job has ended, or a rule is broken.
    ///
    /// - Returns: The rules that were broken.
    public mutating func run() -> [String] {
        while !isDone, let (instant, happening) = agenda.next() {
            now = max(now, instant)
            perform(happening)
            if !referee.complaints.isEmpty { isDone = true } else if isOver { finish() }
        }
        // Nothing is to happen any more, though it is not over: nobody looks at a clock.
        if !isDone { finish() }
        figures.time = Instant.start.duration(to: now)
        figures.checks = referee.checks
        for worker in workers where worker.isAlive { figures.nodeTime += worker.started.duration(to: now) }
        return referee.complaints
    }

    private var isOver: Bool {
        guard mended, now >= settled else { return false }
        if coordinator.isUp && referee.openJobs == 0 && disk.writing == nil { return true }
        return now > deadline
    }

    private mutating func finish() {
        isDone = true
        if let broken = coordinator.plane.cluster.invariantBroken { check(false, broken) }
        for job in referee.unended { check(false, "\(job) does not end") }
        check(mended && coordinator.isUp, "the run has stopped")
        let waiting = unanswered.sorted()
        check(waiting.isEmpty, "requests were never answered: \(waiting)")
        for place in workers.indices where workers[place].isAlive && !workers[place].isAdmitted {
            let name = workers[place].name
            check(false, "\(name) runs and is no node")
        }
        let left = referee.runningCount
        check(left == 0, "\(left) attempts run and all jobs have ended")
        check(coordinator.plane.cluster.sequence == (disk.entries.last?.last ?? 0), "the journal lacks changes")
        for job in acknowledged.sorted() {
            check(referee.knows(job), "\(job) was acknowledged and is forgotten")
            guard referee.hasSucceeded(job) else { continue }
            check(published[job] == referee.winners(of: job), "what \(job) has published is not what its winners made")
        }
    }

    mutating func check(_ isKept: Bool, _ complaint: @autoclosure () -> String) {
        referee.check(isKept, complaint())
    }

    // MARK: - The agenda

    mutating func perform(_ happening: Happening) {
        switch happening {
        case .arrival(let link, .up): arriveAtCoordinator(link, happening)
        case .arrival(let link, .down): arriveAtPeer(link, happening)
        case .deadline(let life), .synced(let life), .retry(let life):
            guard coordinator.isUp, coordinator.life == life else { return }
            // Its journal has a thread of its own, but nobody hears of it.
            if coordinator.frozenSince != nil { coordinator.backlog.append(happening) } else { serve(happening) }
        case .coordinatorStart(let life): startCoordinator(life)
        case .connect(let worker), .attempt(let worker, _), .killed(let worker, _):
            guard workers[worker].isAlive else { return }
            if workers[worker].frozenSince != nil {
                workers[worker].backlog.append(happening)
            } else {
                work(happening)
            }
        case .launcherConnect: connectLauncher()
        case .workerStart(let registration): startWorker(registration, isLaunched: true)
        case .request(let place): request(place)
        case .fault(let place): inject(scenario.plan.items[place].fault)
        case .mend(let mending): mend(mending)
        }
    }

    private mutating func serve(_ happening: Happening) {
        switch happening {
        case .deadline: reachDeadline()
        case .synced: finishSync()
        case .retry: retryWrite()
        default: break
        }
    }

    private mutating func work(_ happening: Happening) {
        switch happening {
        case .connect(let worker): connect(worker)
        case .attempt(let worker, let token): advance(token, of: worker)
        case .killed(let worker, let token): confirmKill(token, of: worker)
        default: break
        }
    }

    mutating func later(_ happening: Happening, milliseconds range: ClosedRange<Int>) {
        agenda.add(happening, at: now.advanced(by: .milliseconds(random.within(range))))
    }

    /// Noted in the story.
    mutating func tell(_ text: @autoclosure () -> String) {
        if story != nil { story?.note(text(), at: now) }
    }
}
