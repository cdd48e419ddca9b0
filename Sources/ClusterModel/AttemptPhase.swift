/// What an attempt's time went into. Each is a counter of its milliseconds, so that a job's are the sums of its winners'.
public enum AttemptPhase: String, CaseIterable, Sendable {
    /// Reading the split, unpacking included.
    case read
    /// The mapper at work, or waited for.
    case map
    /// Sorting records for the reducers.
    case sort
    /// Writing them to the node's disk.
    case spill
    /// Waiting for maps' output, and fetching it.
    case shuffle
    /// Making one sorted list of several.
    case merge
    /// The reducer at work, or waited for; one that is built in merges as it goes.
    case reduce
    /// Writing the job's output.
    case write

    /// Of the counters.
    public static let group = "martlet.PhaseCounter"
    public var counter: String { rawValue.uppercased() + "_MILLIS" }
    /// Place among all.
    public var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    private static let byCounter = Dictionary(uniqueKeysWithValues: allCases.map { ($0.counter, $0) })

    init?(_ entry: Counters.Entry) {
        guard entry.group == Self.group, let phase = Self.byCounter[entry.name] else { return nil }
        self = phase
    }
}

extension Counters {
    /// Where the time went, in the order of an attempt's life; nil when it was too short to be told.
    var phases: [TaskReport.Phase]? {
        let found = entries.compactMap { entry in AttemptPhase(entry).map { (phase: $0, milliseconds: entry.value) } }
        return found.isEmpty
            ? nil
            : found.sorted { $0.phase.index < $1.phase.index }.map {
                TaskReport.Phase(name: $0.phase.rawValue, seconds: Double($0.milliseconds) / 1000)
            }
    }
}
