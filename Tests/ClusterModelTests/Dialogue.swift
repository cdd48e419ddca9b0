import ClusterModel
import Testing

/// A cluster under test: it is told events, one a second unless told otherwise, and answers with decisions.
///
/// After each event the rules of the core must hold, and the changes so far must give the same state by themselves.
struct Dialogue {
    private(set) var cluster = Cluster()
    private(set) var history: [(Change, Instant)] = []
    private var now = Instant.start
    /// Between two events.
    var step = Duration.seconds(1)

    /// - Parameter nodes: They register in this order, so the first is node 0, with so many containers each.
    init(nodes: [Int] = []) {
        tell(.coordinatorStarted(cluster: "test"))
        for (number, containers) in nodes.enumerated() { tell(.join(number, containers: containers)) }
    }

    /// What the cluster decides.
    @discardableResult
    mutating func tell(_ event: Event, location: SourceLocation = #_sourceLocation) -> Decision {
        now = now.advanced(by: step)
        let decision = cluster.handle(event, at: now)
        history += decision.changes.map { ($0, now) }
        #expect(cluster.invariantBroken == nil, sourceLocation: location)
        #expect(cluster.invariantBrokenByLastEvent == nil, sourceLocation: location)
        #expect(cluster.hasSameState(as: Cluster(evolving: history)), sourceLocation: location)
        #expect(cluster.sequence == history.count, sourceLocation: location)
        return decision
    }

    /// What changes.
    mutating func changes(_ event: Event, location: SourceLocation = #_sourceLocation) -> [Change] {
        tell(event, location: location).changes
    }

    /// What is to be done.
    mutating func effects(_ event: Event, location: SourceLocation = #_sourceLocation) -> [Effect] {
        tell(event, location: location).effects
    }

    /// Tells several events whose decisions are another test's subject.
    mutating func tell(_ events: [Event], location: SourceLocation = #_sourceLocation) {
        for event in events { tell(event, location: location) }
    }
}

// MARK: - Short names for what the dialogues are about

extension Decision {
    init(_ changes: [Change], _ effects: [Effect]) {
        self.init()
        self.changes = changes
        self.effects = effects
    }

    static let nothing = Decision()
}

extension [Change] {
    var launches: [AttemptID] {
        compactMap { if case .attemptLaunched(let attempt, _) = $0 { attempt } else { nil } }
    }
}

extension Event {
    /// The node with this number registers over the connection with the same number.
    static func join(_ number: Int, containers: Int = 2) -> Event {
        .nodeRegistering(worker(number, containers: containers), ConnectionID(number))
    }

    /// The node is lost in its first incarnation.
    static func lose(_ number: Int, incarnation: Int = 1) -> Event {
        .nodeLost(node(number, incarnation), reason: "silence")
    }

    static func submit(_ specification: JobSpecification) -> Event { .jobSubmitted(specification, request) }

    static func win(_ attempt: AttemptID, on number: Int, incarnation: Int = 1) -> Event {
        .attemptSucceeded(attempt, Counters(), from: node(number, incarnation))
    }

    static func fail(_ attempt: AttemptID, on number: Int, incarnation: Int = 1) -> Event {
        .attemptFailed(attempt, AttemptFailure(reason: "exit 1"), from: node(number, incarnation))
    }

    static func killed(_ attempt: AttemptID, on number: Int, incarnation: Int = 1) -> Event {
        .attemptKilled(attempt, from: node(number, incarnation))
    }

    static func cancel(_ job: Int) -> Event { .jobCancelled(JobID(job), request) }

    static let joinLauncher = Event.launcherJoined(launcher, host: "here")
}

extension Change {
    static func failed(_ attempt: AttemptID) -> Change { .attemptFailed(attempt, AttemptFailure(reason: "exit 1")) }

    static func won(_ attempt: AttemptID) -> Change { .attemptSucceeded(attempt, Counters()) }

    static func launched(_ attempt: AttemptID, _ number: Int) -> Change { .attemptLaunched(attempt, NodeID(number)) }
}

extension Effect {
    static func launched(_ attempt: AttemptID, _ number: Int) -> Effect { .launch(attempt, on: NodeID(number)) }

    static func prepare(_ number: Int, job: Int = 1) -> Effect { .prepareJob(JobID(job), on: NodeID(number)) }

    static func forget(_ number: Int, job: Int = 1) -> Effect { .forgetJob(JobID(job), on: NodeID(number)) }

    static func refused(_ reason: String) -> Effect { .answer(request, .refused(reason)) }

    static let done = Effect.answer(request, .done)
}

let request = RequestID(connection: ConnectionID(90), number: 1)
let launcher = ConnectionID(80)

/// What the worker with this number says of itself.
func worker(_ number: Int, containers: Int = 2, role: NodeRole = .task, host: String = "here") -> NodeRegistration {
    var registration = NodeRegistration()
    registration.name = "\(role)-\(number + 1)"
    registration.role = role
    registration.instanceType = "m1.medium"
    registration.host = host
    registration.pid = 100 + number
    registration.startTime = 1
    registration.address = "here:\(7000 + number)"
    registration.containers = containers
    return registration
}

func node(_ number: Int, _ incarnation: Int = 1) -> Incarnation {
    Incarnation(node: NodeID(number), number: incarnation)
}

///
/// - Parameter slowStart: Unless a test is about it, reducers wait until all maps are done.
func job(maps: Int, reduces: Int = 1, output: String = "file:///out", slowStart: Int = 1000) -> JobSpecification {
    var job = JobSpecification()
    job.name = "words"
    job.inputs = ["file:///in"]
    job.splits = (0..<maps).map { InputSplit(input: 0, offset: $0 * 10, length: 10) }
    job.reduceCount = reduces
    job.output = output
    job.reduceSlowStart = slowStart
    job.program.mapper = ["cat"]
    job.program.reducer = ["cat"]
    return job
}

/// The nth try, from 0, at a map task.
func map(_ index: Int, _ number: Int = 0, of job: Int = 1) -> AttemptID { attempt(.map, index, number, of: job) }

func reduce(_ index: Int, _ number: Int = 0, of job: Int = 1) -> AttemptID { attempt(.reduce, index, number, of: job) }

func commit(_ number: Int = 0, of job: Int = 1) -> AttemptID { attempt(.commit, 0, number, of: job) }

func abort(_ number: Int = 0, of job: Int = 1) -> AttemptID { attempt(.abort, 0, number, of: job) }

private func attempt(_ kind: TaskKind, _ index: Int, _ number: Int, of job: Int) -> AttemptID {
    AttemptID(task: TaskID(job: JobID(job), kind: kind, index: index), epoch: 1, number: number)
}
