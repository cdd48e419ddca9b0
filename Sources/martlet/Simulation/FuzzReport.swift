internal import Simulator

/// What `martlet fuzz` says at its end.
struct FuzzReport: Encodable {
    struct Violation: Encodable {
        let seed: UInt64
        let complaints: [String]
        let story: [String]
        let prefix: Int
        let plan: String
        let command: String
    }

    let seeds: Int
    /// How many seeds break a rule; of the first of them ``violations`` tell.
    let broken: Int
    let violations: [Violation]
    let nodeHours: Double
    let simulatedHours: Double
    let events: Int
    let changes: Int
    let checks: Int
    let coordinatorsKilled: Int
    let tornWrites: Int
    let faults: [String: Int]
    let seconds: Double
    let eventsPerSecond: Int
    /// Of the core alone, on one thread.
    var coreEventsPerSecond: Int?
    let logHash: String?

    init(
        _ result: FuzzCrew.Result, _ violations: [Fuzz.Violation], _ seeds: Int, hash: Bool, options: FuzzCommand
    ) {
        self.seeds = seeds
        broken = result.brokenCount
        self.violations = violations.map { violation in
            Violation(
                seed: violation.seed, complaints: violation.complaints, story: violation.story,
                prefix: violation.prefix,
                plan: "\(violation.plan)", command: options.command(violation))
        }
        let figures = result.figures
        nodeHours = Self.hours(figures.nodeTime)
        simulatedHours = Self.hours(figures.time)
        (events, changes, checks) = (figures.events, figures.changes, figures.checks)
        (coordinatorsKilled, tornWrites) = (figures.crashes, figures.tornWrites)
        faults = Dictionary(uniqueKeysWithValues: figures.faultCounts.map { ($0.kind.rawValue, $0.count) })
        seconds = Double(result.nanoseconds) / 1e9
        eventsPerSecond = Int(Double(figures.events) / max(seconds, 1e-9))
        logHash = hash ? "\(result.logHash)" : nil
    }

    private static func hours(_ duration: Duration) -> Double {
        (Double(duration.components.seconds) / 36).rounded() / 100
    }

    /// What broke a rule, and how to see it again.
    var violationText: String {
        var text = ""
        for violation in violations {
            text += Self.end(of: violation.story)
            text += violation.complaints.map { "broken: \($0)\n" }.joined()
            text +=
                "seed \(violation.seed) breaks a rule with \(violation.prefix) items of its plan:\n\(violation.plan)"
            text += "again: \(violation.command)\n\n"
        }
        return text
    }

    var text: String {
        var text = violationText
        let verdict = broken == 0 ? "no rule is broken" : "\(broken) break a rule"
        let counts = FaultKind.allCases.map { "\($0.rawValue) \(faults[$0.rawValue] ?? 0)" }.joined(separator: ", ")
        text += "\(seeds) seeds: \(verdict)\n"
        text += "simulated: \(nodeHours) node-hours, \(events) events, \(changes) changes, \(checks) checks\n"
        text += "faults: \(counts)\n"
        text += "coordinators killed: \(coordinatorsKilled), writes of their journals cut short: \(tornWrites)\n"
        text += "took \(Self.rounded(seconds)) s: \(eventsPerSecond) events/s\n"
        if let coreEventsPerSecond { text += "the core alone: \(coreEventsPerSecond) events/s\n" }
        if let logHash { text += "log \(logHash)\n" }
        return text
    }

    /// What led to it stands at the end; `--story` tells all.
    private static let linesTold = 40

    private static func end(of story: [String]) -> String {
        let left = max(0, story.count - linesTold)
        let head = left > 0 ? "… \(left) lines before it\n" : ""
        return head + story.suffix(linesTold).map { $0 + "\n" }.joined()
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 100).rounded() / 100 }
}
