/// What was simulated.
public struct Figures: Hashable, Sendable {
    /// That the core was told.
    public internal(set) var events = 0
    public internal(set) var changes = 0
    /// Rules that were looked at.
    public internal(set) var checks = 0
    /// Of the virtual clock.
    public internal(set) var time = Duration.zero
    /// The lives of all workers, on the virtual clock.
    public internal(set) var nodeTime = Duration.zero
    public internal(set) var crashes = 0
    /// Writes of the journal that a crash cut short.
    public internal(set) var tornWrites = 0
    private var faults = [Int](repeating: 0, count: FaultKind.allCases.count)

    public init() {}

    /// How often each kind of fault happened.
    public var faultCounts: [(kind: FaultKind, count: Int)] {
        zip(FaultKind.allCases, faults).map { ($0, $1) }
    }

    mutating func note(_ kind: FaultKind) {
        if let place = FaultKind.allCases.firstIndex(of: kind) { faults[place] += 1 }
    }

    public static func += (whole: inout Figures, more: Figures) {
        whole.events += more.events
        whole.changes += more.changes
        whole.checks += more.checks
        whole.time += more.time
        whole.nodeTime += more.nodeTime
        whole.crashes += more.crashes
        whole.tornWrites += more.tornWrites
        for place in whole.faults.indices { whole.faults[place] += more.faults[place] }
    }
}
