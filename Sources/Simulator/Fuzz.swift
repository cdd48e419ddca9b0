public import ClusterModel
internal import SeededNumbers
internal import Wire

/// Runs of one scenario after another, each made of its seed, with all that is asked of them.
public struct Fuzz: Sendable {
    public var choices = Scenario.Choices()
    /// Instead of what the seed would have gone wrong.
    public var plan: FaultPlan?
    /// So many items of the plan, from its beginning; nil is all.
    public var prefix: Int?
    /// Whether a shadow is restored at every change, and not at one that chance picks.
    public var checksEveryChange = false
    public var hashesLog = false
    public var meddler: Simulation.Meddler?

    public init() {}

    /// What came of a seed.
    public struct Outcome: Sendable {
        public let seed: UInt64
        /// Rules that were broken.
        public let complaints: [String]
        public let figures: Figures
        public let logHash: LogHash
    }

    /// A seed whose run breaks a rule, made as short as it goes.
    public struct Violation: Sendable {
        public let seed: UInt64
        public let complaints: [String]
        /// So many items of its plan bring it about, and fewer do not.
        public let prefix: Int
        public let plan: FaultPlan
        /// All that happened, up to the broken rule.
        public let story: [String]
    }

    public func scenario(_ seed: UInt64) -> Scenario {
        var scenario = Scenario(seed: seed, choices)
        scenario.hashesLog = hashesLog
        if let plan { scenario.plan = plan }
        if let prefix { scenario.plan.items = Array(scenario.plan.items.prefix(prefix)) }
        return scenario
    }

    public func run(_ seed: UInt64) -> Outcome {
        var simulation = Simulation(scenario(seed), meddler: meddler)
        var complaints = simulation.run()
        if complaints.isEmpty { complaints = checkShadows(simulation, seed) }
        return Outcome(
            seed: seed, complaints: complaints, figures: simulation.figures, logHash: simulation.logHash)
    }

    /// What the core was told in a run, in order, as far as no crash has lost it.
    public func events(_ seed: UInt64) -> [(event: Event, instant: Instant)] {
        var simulation = Simulation(scenario(seed), meddler: meddler)
        _ = simulation.run()
        return simulation.journal.compactMap { entry in entry.event.map { ($0, entry.instant) } }
    }

    /// Looks for the shortest prefix of the plan that still breaks a rule, and tells its story.
    ///
    /// Of plans longer than ``searchLimit`` it looks at halves only, and a shorter one may do.
    public func examine(_ seed: UInt64) -> Violation? {
        let whole = scenario(seed).plan.items.count
        let count =
            whole <= Self.searchLimit
            ? (0...whole).first { !run(seed, prefix: $0).isEmpty } : halve(seed, whole)
        guard let count else { return nil }
        var shorter = self
        shorter.prefix = count
        var simulation = Simulation(shorter.scenario(seed), meddler: meddler, tellsStory: true)
        var complaints = simulation.run()
        if complaints.isEmpty { complaints = shorter.checkShadows(simulation, seed) }
        return Violation(
            seed: seed, complaints: complaints, prefix: count, plan: simulation.scenario.plan,
            story: simulation.story?.lines ?? [])
    }

    private static let searchLimit = 200

    private func run(_ seed: UInt64, prefix: Int) -> [String] {
        var shorter = self
        shorter.prefix = prefix
        return shorter.run(seed).complaints
    }

    private func halve(_ seed: UInt64, _ whole: Int) -> Int? {
        guard !run(seed, prefix: whole).isEmpty else { return nil }
        var (kept, broken) = (0, whole)
        while broken - kept > 1 {
            let middle = (kept + broken) / 2
            if run(seed, prefix: middle).isEmpty { kept = middle } else { broken = middle }
        }
        return broken
    }

    // MARK: - Shadows

    /// One seed in so many is decided twice.
    private static let replayed: UInt64 = 4

    /// A cluster that is restored from the journal at some change, and follows the rest, must come to the same state.
    ///
    /// - Returns: Rules that are broken.
    public func checkShadows(_ simulation: Simulation, _ seed: UInt64) -> [String] {
        let entries = simulation.journal
        guard !entries.isEmpty else { return [] }
        // Whose hash is the state's: comparing what it would be made of is quicker.
        let state = simulation.cluster.encodedState
        var random = SplitMix64(seed: ~seed)
        let places = checksEveryChange ? Array(entries.indices) : [random.below(entries.count)]
        var complaints: [String] = []
        var restored = Snapshot()
        var next = 0
        for place in places {
            while next <= place {
                restored.evolve(entries[next])
                next += 1
            }
            do throws(WireError) {
                let bytes = restored.cluster.encodedState
                var shadow = try Cluster(decodingState: bytes.span)
                for entry in entries[next...] {
                    for change in entry.changes { shadow.replay(change, at: entry.instant) }
                }
                guard shadow.encodedState != state else { continue }
                complaints.append("a cluster restored after change \(restored.sequence) comes to another state")
            } catch {
                complaints.append("the state after change \(restored.sequence) cannot be read back: \(error)")
            }
        }
        return seed.isMultiple(of: Self.replayed) ? complaints + checkReplay(entries) : complaints
    }

    /// Told the same events again, the core must decide the same.
    private func checkReplay(_ entries: [JournalEntry]) -> [String] {
        var replay = Replay()
        for entry in entries {
            guard let difference = replay.follow(entry.event, entry.changes, at: entry.instant) else { continue }
            return ["told again, it decides otherwise: \(difference.event)"]
        }
        return []
    }
}
