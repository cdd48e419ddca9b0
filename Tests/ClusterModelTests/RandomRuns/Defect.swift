import ClusterModel
import Testing

/// A mistake planted around the core: it alters what the core is told, or what the referee sees of its decisions. A run
/// whose referee does not notice would not notice a core with the same mistake either.
struct Defect: Sendable, CustomTestStringConvertible {
    let name: String
    /// Nil when the event is lost.
    var event: @Sendable (Event) -> Event? = { $0 }
    var decision: @Sendable (Decision, Event) -> Decision = { decision, _ in decision }

    var testDescription: String { name }

    static let none = Defect(name: "none")

    static let planted = [
        Defect(name: "forgets a lost worker's tasks") { event in
            if case .nodeLost = event { nil } else { event }
        },
        Defect(name: "accepts a late result") { decision, event in
            guard case .attemptSucceeded(let attempt, let counters, _) = event, decision == Decision() else {
                return decision
            }
            var altered = decision
            altered.changes = [.attemptSucceeded(attempt, counters)]
            return altered
        },
        Defect(name: "grants two winners") { decision, _ in
            altering(decision) { change in
                if case .attemptKilled(let loser, _) = change {
                    [.attemptSucceeded(loser, Counters())]
                } else {
                    [change]
                }
            }
        },
        Defect(name: "leaks a container") { event in
            if case .attemptKilled = event { nil } else { event }
        },
        Defect(name: "forgets lost map output") { decision, _ in
            altering(decision) { change in if case .mapOutputLost = change { [] } else { [change] } }
        },
        Defect(name: "makes map output again for nobody") { decision, _ in
            altering(decision) { change in
                guard case .attemptSucceeded(let winner, _) = change, winner.task.kind == .reduce else {
                    return [change]
                }
                let map = TaskID(job: winner.task.job, kind: .map, index: 0)
                return [change, .mapOutputLost(map, reason: "planted")]
            }
        },
        Defect(name: "hears what was said twice as two") { decision, event in
            guard case .attemptFailed = event, let first = decision.changes.first else { return decision }
            var altered = decision
            altered.changes.insert(first, at: 0)
            return altered
        },
        Defect(name: "lets a loser run on") { decision, _ in
            var altered = decision
            altered.effects.removeAll { if case .kill = $0 { true } else { false } }
            return altered
        },
        Defect(name: "launches more backup tasks than it may") { decision, _ in
            altering(decision) { change in
                guard case .backupLaunched(let backup, let node) = change else { return [change] }
                let another = AttemptID(task: backup.task, epoch: backup.epoch, number: backup.number + 1000)
                return [change, .backupLaunched(another, node)]
            }
        },
    ]

    private init(name: String, event: @escaping @Sendable (Event) -> Event? = { $0 }) {
        self.name = name
        self.event = event
    }

    private init(name: String, decision: @escaping @Sendable (Decision, Event) -> Decision) {
        self.name = name
        self.decision = decision
    }

    private static func altering(_ decision: Decision, _ body: (Change) -> [Change]) -> Decision {
        var altered = decision
        altered.changes = decision.changes.flatMap(body)
        return altered
    }
}
