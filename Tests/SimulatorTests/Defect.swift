import ClusterModel
import Simulator
import Testing

/// A mistake planted around the core: it drops, repeats or alters what the core is told, what the rules see of its changes,
/// or what is done of its effects. Runs that did not notice it would not notice a core with the same mistake either.
struct Defect: Sendable, CustomTestStringConvertible {
    let name: String
    let meddler: Simulation.Meddler

    var testDescription: String { name }

    static let planted = events + changes + effects

    // MARK: - What the core is told

    private static let events = [
        Defect("leaks the container of a killed attempt", event: { if case .attemptKilled = $0 { [] } else { [$0] } }),
        Defect("hears of failed fetches from nobody", event: { if case .fetchFailed = $0 { [] } else { [$0] } }),
        Defect(
            "hears a success as another incarnation's",
            event: { event in
                guard case .attemptSucceeded(let attempt, let counters, let source) = event else { return [event] }
                let next = Incarnation(node: source.node, number: source.number + 1)
                return [.attemptSucceeded(attempt, counters, from: next)]
            }),
    ]

    // MARK: - What changes

    private static let changes = [
        Defect("accepts a late result") { decision, event in
            guard case .attemptSucceeded(let attempt, let counters, _) = event, decision == Decision() else { return }
            decision.changes = [.attemptSucceeded(attempt, counters)]
        },
        Defect("grants two winners") { decision, _ in
            alter(&decision) { change in
                if case .attemptKilled(let loser, _) = change {
                    [.attemptSucceeded(loser, Counters())]
                } else {
                    [change]
                }
            }
        },
        Defect("forgets the attempts of a lost node") { decision, _ in
            alter(&decision) { if case .attemptLost = $0 { [] } else { [$0] } }
        },
        Defect("forgets lost map output") { decision, _ in
            alter(&decision) { if case .mapOutputLost = $0 { [] } else { [$0] } }
        },
        Defect("makes map output again for nobody") { decision, _ in
            alter(&decision) { change in
                guard case .attemptSucceeded(let winner, _) = change, winner.task.kind == .reduce else {
                    return [change]
                }
                let map = TaskID(job: winner.task.job, kind: .map, index: 0)
                return [change, .mapOutputLost(map, reason: "planted")]
            }
        },
        Defect("counts a failure twice") { decision, event in
            guard case .attemptFailed = event, let first = decision.changes.first else { return }
            decision.changes.insert(first, at: 0)
        },
        Defect("launches more backup tasks than it may") { decision, _ in
            alter(&decision) { change in
                guard case .backupLaunched(let backup, let node) = change else { return [change] }
                let another = AttemptID(task: backup.task, epoch: backup.epoch, number: backup.number + 1000)
                return [change, .backupLaunched(another, node)]
            }
        },
        Defect("retries without noting the failure") { decision, _ in
            alter(&decision) { change in
                if case .attemptFailed(let attempt, _) = change { [.attemptLost(attempt)] } else { [change] }
            }
        },
    ]

    // MARK: - What is done

    private static let effects = [
        Defect("lets a loser run on") { decision, _ in
            decision.effects.removeAll { if case .kill = $0 { true } else { false } }
        },
        Defect("loses every tenth order to launch") { decision, _ in
            decision.effects.removeAll { effect in
                if case .launch(let attempt, _) = effect { attempt.task.index % 10 == 3 } else { false }
            }
        },
        Defect("orders a launch twice") { decision, _ in
            decision.effects = decision.effects.flatMap { effect in
                if case .launch = effect { [effect, effect] } else { [effect] }
            }
        },
        Defect("gives no program") { decision, _ in
            decision.effects.removeAll { if case .prepareJob = $0 { true } else { false } }
        },
        Defect("tells reducers nothing") { decision, _ in
            decision.effects.removeAll { if case .announceMapOutputs = $0 { true } else { false } }
        },
        Defect("answers nobody") { decision, _ in
            decision.effects.removeAll { if case .answer = $0 { true } else { false } }
        },
        Defect("fences nobody") { decision, _ in
            decision.effects.removeAll { if case .fence = $0 { true } else { false } }
        },
    ]

    private init(_ name: String, event: @escaping @Sendable (Event) -> [Event]) {
        self.name = name
        var meddler = Simulation.Meddler()
        meddler.event = event
        self.meddler = meddler
    }

    private init(_ name: String, decision: @escaping @Sendable (inout Decision, Event) -> Void) {
        self.name = name
        var meddler = Simulation.Meddler()
        meddler.decision = { made, event in
            var altered = made
            decision(&altered, event)
            return altered
        }
        self.meddler = meddler
    }

    private static func alter(_ decision: inout Decision, _ body: (Change) -> [Change]) {
        decision.changes = decision.changes.flatMap(body)
    }
}
