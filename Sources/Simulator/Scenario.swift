internal import ClusterModel
internal import SeededNumbers
public import Wire

/// A cluster, what is asked of it, and what goes wrong.
public struct Scenario: Hashable, Sendable {
    /// What a client asks, so long after the beginning.
    public struct Request: Hashable, Sendable {
        public var at: Duration
        public var request: ClientRequest

        public init(at: Duration, _ request: ClientRequest) { (self.at, self.request) = (at, request) }
    }

    /// Workers that are there from the beginning, with so many containers each; see ``name(_:)``.
    public var containers: [Int] = []
    public var rackCount = 1
    public var requests: [Request] = []
    public var plan = FaultPlan()
    public var heartbeatTimeout = Duration.seconds(2)
    /// Milliseconds that an attempt works, once it has its input.
    public var workTime = 20...2000
    /// Microseconds that a message is under way.
    public var latency = 50...2000
    /// Microseconds that a sync of the journal takes.
    public var syncTime = 100...5000
    /// Whether ``Simulation/logHash`` is made.
    public var hashesLog = false
    /// Of all that is left to chance.
    public var seed: UInt64 = 0

    public init() {}

    /// Of the workers that are there from the beginning, numbered from 0.
    public static func name(_ number: Int) -> String { "node-\(number + 1)" }

    /// When the last thing that is planned begins.
    var end: Duration {
        let faults = plan.items.map { item in
            if case .at(let instant) = item.moment { instant } else { Duration.zero }
        }
        return (faults + requests.map(\.at)).max() ?? .zero
    }
}

// MARK: - By chance

extension Scenario {
    /// What a seed makes a scenario of.
    public struct Choices: Hashable, Sendable {
        public var nodes = 1...12
        public var faults = Set(FaultKind.allCases)
        /// Map tasks of the largest jobs.
        public var tasks = 60

        public init() {}
    }

    public init(seed: UInt64, _ choices: Choices = Choices()) {
        self.seed = seed
        var random = SplitMix64(seed: seed)
        // The ground must not change with what the faults draw.
        var faults = random.split()
        containers = (0..<random.within(choices.nodes)).map { _ in 1 + random.below(3) }
        rackCount = 1 + random.below(3)
        heartbeatTimeout = random.pick([.milliseconds(500), .seconds(2), .seconds(5)]) ?? .seconds(2)
        workTime = random.pick([1...50, 20...400, 100...3000, 1000...20_000]) ?? workTime
        latency = random.pick([10...100, 50...2000, 1000...80_000]) ?? latency
        syncTime = random.pick([50...200, 100...5000, 3000...40_000]) ?? syncTime
        let span = Duration.milliseconds(500 + random.below(15_000))
        addJobs(within: span, largest: choices.tasks, &random)
        addCommands(within: span, &random)
        plan = FaultPlan(nodes: containers.count, racks: rackCount, span: span, kinds: choices.faults, &faults)
    }

    private mutating func addJobs(within span: Duration, largest: Int, _ random: inout SplitMix64) {
        for number in 0..<(1 + random.below(5)) {
            var job = JobSpecification()
            job.name = "job \(number + 1)"
            job.inputs = ["file:///input"]
            let count = random.below(max(1, random.pick([largest / 20, largest / 5, largest]) ?? 1))
            job.splits = (0..<count).map { InputSplit(input: 0, offset: $0, length: 1) }
            job.reduceCount = random.below(5)
            // Some want the same place.
            job.output = "file:///out-\(random.below(6))"
            job.mapAttemptLimit = 1 + random.below(4)
            job.reduceAttemptLimit = 1 + random.below(4)
            // What hangs must time out, or the job would hang with it.
            job.taskTimeout = random.pick([60_000, 3000, 20_000]) ?? 60_000
            job.speculatesMaps = random.chance(percent: 80)
            job.speculatesReduces = random.chance(percent: 80)
            job.reduceSlowStart = [JobSpecification.standardSlowStart, 1000, 0][number % 3]
            job.runningMapLimit = [0, 1 + count % 7][number % 2]
            job.runningReduceLimit = [0, 1, 2, 0][number % 4]
            (job.program.mapper, job.program.reducer) = (["map"], ["reduce"])
            let at = Duration.milliseconds(random.below(Int(span.milliseconds)))
            requests.append(Request(at: at, .submit(job)))
            guard random.chance(percent: 10) else { continue }
            requests.append(Request(at: at + .milliseconds(random.below(5000)), .cancel(JobID(1 + random.below(5)))))
        }
    }

    private mutating func addCommands(within span: Duration, _ random: inout SplitMix64) {
        for _ in 0..<random.below(random.chance(percent: 50) ? 1 : 5) {
            let node = Self.name(random.below(containers.count + 1))
            let commands: [ClientRequest] = [
                .scale(.task, count: random.below(5), instanceType: "m1.medium"), .startNode(name: node),
                .killNode(name: node), .startNode(name: "task-1"), .killNode(name: "task-1"),
            ]
            guard let command = random.pick(commands) else { continue }
            requests.append(Request(at: .milliseconds(random.below(Int(span.milliseconds))), command))
        }
    }
}
