internal import ClusterModel
internal import SeededNumbers

/// What goes wrong in a run, and when.
public struct FaultPlan: Hashable, Sendable {
    public enum Moment: Hashable, Sendable {
        /// So long after the beginning.
        case at(Duration)
        /// Right after the change with this number.
        case change(Int)
    }

    public struct Item: Hashable, Sendable {
        public var moment: Moment
        public var fault: Fault

        public init(_ moment: Moment, _ fault: Fault) { (self.moment, self.fault) = (moment, fault) }
    }

    public var items: [Item] = []
    /// Of a thousand attempts, so many fail.
    public var failing = 0
    /// Of a thousand attempts, so many never end.
    public var hanging = 0
    /// Of a thousand attempts, so many take many times as long.
    public var crawling = 0
    /// Of a thousand messages about attempts, so many arrive twice.
    public var duplicated = 0

    public init() {}

    public init(_ items: [Item]) { self.items = items }
}

// MARK: - By chance

extension FaultPlan {
    /// A plan for a cluster of so many nodes, named as in ``Scenario``.
    ///
    /// - Parameters:
    ///   - span: Faults begin within it.
    ///   - kinds: What it may be made of.
    init(nodes: Int, racks: Int, span: Duration, kinds: Set<FaultKind>, _ random: inout SplitMix64) {
        let timed = FaultKind.allCases.filter { kinds.contains($0) && !Self.rates.contains($0) }
        let milliseconds = Int(span.milliseconds)
        if !timed.isEmpty {
            // Some runs are quiet, some are full of faults.
            for _ in 0..<random.below(2 + random.below(24)) {
                guard let kind = random.pick(timed) else { break }
                let place = Fault.Place.node(Scenario.name(random.below(nodes)))
                // Map output is there only while something runs.
                let moment =
                    random.chance(percent: kind == .output ? 90 : 30)
                    ? Moment.change(1 + random.below(kind == .output ? 60 : 200))
                    : .at(.milliseconds(random.below(milliseconds)))
                add(kind, place, racks, moment, &random)
            }
        }
        if kinds.contains(.fail), random.chance(percent: 60) { failing = random.below(250) }
        if kinds.contains(.hang), random.chance(percent: 30) { hanging = random.below(60) }
        if kinds.contains(.crawl), random.chance(percent: 40) { crawling = random.below(120) }
        if kinds.contains(.duplicate), random.chance(percent: 40) { duplicated = random.below(300) }
    }

    private static let rates: Set<FaultKind> = [.fail, .hang, .crawl, .duplicate]

    private mutating func add(
        _ kind: FaultKind, _ place: Fault.Place, _ racks: Int, _ moment: Moment, _ random: inout SplitMix64
    ) {
        guard case .node(let name) = place else { return }
        let short = Duration.milliseconds(1 + random.below(random.chance(percent: 50) ? 1500 : 6000))
        let direction = random.pick(CutDirection.allCases) ?? .both
        let fault: Fault
        switch kind {
        case .kill: fault = .kill(place)
        case .rack:
            let rack = Fault.Place.rack(random.below(racks))
            fault =
                random.pick([.kill(rack), .freeze(rack, short), .cut(rack, direction, short), .reset(rack)])
                ?? .kill(rack)
        case .freeze: fault = .freeze(place, short)
        case .cut: fault = .cut(place, direction, short)
        case .reset: fault = .reset(place)
        case .slow: fault = .slow(name, percent: 200 + random.below(1800))
        case .sick: fault = .sicken(name)
        case .output: fault = random.chance(percent: 50) ? .loseOutput(name) : .corruptOutput(name)
        case .crash: fault = .crash(away: .milliseconds(random.below(random.chance(percent: 70) ? 500 : 5000)))
        case .stall: fault = .freezeCoordinator(short)
        case .clock: fault = .clockJump(.seconds(random.below(200_000) - 100_000))
        case .disk:
            fault = random.chance(percent: 50) ? .fillDisk(short) : .slowDisk(sync: .milliseconds(200), short)
        case .launcher: fault = .crashLauncher(away: .milliseconds(random.below(2000)))
        case .fail, .hang, .crawl, .duplicate: return
        }
        items.append(Item(moment, fault))
        // Only a coordinator that starts looks at the clock.
        if kind == .clock, case .at(let instant) = moment, random.chance(percent: 70) {
            items.append(Item(.at(instant + .milliseconds(10)), .crash(away: .milliseconds(random.below(500)))))
        }
        // Mostly somebody starts it again.
        if kind == .kill, case .at(let instant) = moment, random.chance(percent: 70) {
            items.append(Item(.at(instant + .milliseconds(100 + random.below(4000))), .start(name)))
        }
    }
}
