internal import ClusterModel
internal import Wire

/// What became of a job: its attempts, and what happened around them, read from a cluster's changes in their order.
///
/// It says what was when; ``ReportPage`` says how it looks.
struct JobStory {
    enum Outcome: String, CaseIterable {
        case running
        case succeeded
        /// It had succeeded, and its output was lost before all reducers had it.
        case undone
        case killed
        case lost
        case failed
    }

    struct Attempt {
        let id: AttemptID
        let node: NodeID
        let isBackup: Bool
        let start: Instant
        /// Nil while it runs.
        var end: Instant?
        var outcome = Outcome.running
        /// Why it did not win; empty when it did.
        var reason = ""
    }

    /// A time in which a node was not there.
    struct Absence {
        let node: NodeID
        let start: Instant
        /// Nil when it has not come back.
        var end: Instant?
        let reason: String
    }

    let job: JobID
    /// Nil where the change that submitted it is no longer kept.
    private(set) var specification: JobSpecification?
    private(set) var submitted: Instant?
    /// Nanoseconds since 1970 at the cluster's making, as far as it is known.
    private(set) var wallClock: Int64?
    private(set) var committing: Instant?
    private(set) var aborting: Instant?
    private(set) var ended: Instant?
    /// When the last change was that concerns the job.
    private(set) var last = Instant.start
    private(set) var attempts: [Attempt] = []
    private(set) var absences: [Absence] = []
    /// The first instant that is told, when the job had begun before.
    private(set) var beginsLate: Instant?
    /// What the winners have read, by task.
    private(set) var records: [TaskID: Int] = [:]
    /// How many containers each node has that was there while the job ran.
    private(set) var containers: [NodeID: Int] = [:]
    private(set) var troubles = Troubles()

    private var text: ChangeText
    private var running: [AttemptID: Int] = [:]
    private var winners: [TaskID: Int] = [:]
    /// Those that are gone, and why.
    private var lost: [NodeID: String] = [:]

    init(of job: JobID, _ text: ChangeText = ChangeText()) {
        self.job = job
        self.text = text
    }

    var isEnded: Bool { ended != nil }

    /// What a node is called, as far as there is room.
    func name(_ node: NodeID) -> String {
        let name = text.name(node)
        return name.count <= Self.nameLimit ? name : name.prefix(Self.nameLimit) + "…"
    }

    private static let nameLimit = 40
}

// MARK: - Reading

extension JobStory {
    /// Goes on from the middle of the job, as a history does whose beginning is no longer kept.
    mutating func begin(_ report: JobReport, _ tasks: [TaskReport], _ nodes: [NodeReport], at instant: Instant) {
        (submitted, last, beginsLate) = (Self.instant(report.submitted), instant, instant)
        if report.isEnded { ended = Self.instant(report.submitted + report.elapsed) }
        for (number, node) in nodes.enumerated() where node.state != "lost" && node.state != "stopped" {
            containers[NodeID(number)] = node.containersAllowed
        }
        for attempt in tasks.flatMap(\.attempts) where attempt.state == "running" {
            guard let id = AttemptID(attempt.id), let node = nodes.firstIndex(where: { $0.name == attempt.node })
            else { continue }
            let start = instant.nanoseconds - Int64(attempt.seconds * 1e9)
            launch(id, NodeID(node), at: Instant(nanoseconds: start))
        }
    }

    private static func instant(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    /// Takes the next change of the cluster's.
    mutating func follow(_ recorded: RecordedChange) {
        guard !isEnded, recorded.change.job == nil || recorded.change.job == job else { return }
        // Most changes are neither, and a large job has very many.
        let sentence = Troubles.concerns(recorded.change) ? text.text(recorded.change) : ""
        if submitted != nil { last = recorded.instant }
        if submitted != nil {
            troubles.note(recorded.change, sentence, on: place(of: recorded.change), at: recorded.instant)
        }
        evolve(recorded.change, at: recorded.instant)
    }

    private mutating func evolve(_ change: Change, at now: Instant) {
        switch change {
        case .coordinatorStarted(_, _, let clock): noteClock(clock, at: now)
        case .nodeRegistered(let incarnation, let registration):
            join(incarnation.node, registration.containers, at: now)
        case .nodeLost(let node, let reason): leave(node, reason, at: now)
        case .nodeStopped(let node): leave(node, "it stopped", at: now)
        case .jobSubmitted(_, let specification): submit(specification, at: now)
        case .jobCommitting: committing = now
        case .jobAborting: aborting = now
        case .jobEnded: ended = now
        case .attemptLaunched(let attempt, let node): launch(attempt, node, at: now)
        case .backupLaunched(let attempt, let node): launch(attempt, node, isBackup: true, at: now)
        case .attemptSucceeded(let attempt, let counters): succeed(attempt, counters, at: now)
        case .attemptFailed(let attempt, let failure): end(attempt, .failed, failure.reason, at: now)
        case .attemptLost(let attempt): end(attempt, .lost, whyLost(attempt), at: now)
        case .attemptKilled(let attempt, let reason): end(attempt, .killed, reason, at: now)
        case .mapOutputLost(let map, let reason), .mapOutputRejected(let map, let reason): undo(map, reason)
        case .nodeRequested, .nodeDisconnected, .nodeResumed, .nodeDraining, .nodeExcluded, .nodeIncluded,
            .shuffleFinished, .attemptKillRequested, .fetchFailed:
            break
        }
    }

    /// A clock that is set while the job runs does not move its beginning.
    private mutating func noteClock(_ clock: Int64, at now: Instant) {
        if clock > 0, submitted == nil || wallClock == nil { wallClock = clock - now.nanoseconds }
    }

    /// Who was away then may come back.
    private mutating func submit(_ specification: JobSpecification, at now: Instant) {
        self.specification = specification
        (submitted, last) = (now, now)
        absences = absences.filter { $0.end == nil }
    }

    private mutating func join(_ node: NodeID, _ containers: Int, at now: Instant) {
        let isKnown = self.containers.updateValue(containers, forKey: node) != nil
        lost[node] = nil
        if let place = absences.lastIndex(where: { $0.node == node && $0.end == nil }) {
            absences[place].end = now
        } else if !isKnown, let submitted {
            absences.append(Absence(node: node, start: submitted, end: now, reason: "it was not there yet"))
        }
    }

    private mutating func leave(_ node: NodeID, _ reason: String, at now: Instant) {
        lost[node] = reason
        absences.append(Absence(node: node, start: now, reason: reason))
    }

    private mutating func launch(_ attempt: AttemptID, _ node: NodeID, isBackup: Bool = false, at now: Instant) {
        running[attempt] = attempts.count
        attempts.append(Attempt(id: attempt, node: node, isBackup: isBackup, start: now))
    }

    private mutating func succeed(_ attempt: AttemptID, _ counters: Counters, at now: Instant) {
        winners[attempt.task] = running[attempt]
        end(attempt, .succeeded, "", at: now)
        let counter = attempt.task.kind == .map ? "MAP_INPUT_RECORDS" : "REDUCE_INPUT_RECORDS"
        if attempt.task.kind == .map || attempt.task.kind == .reduce {
            records[attempt.task] = counters[Counters.taskGroup, counter]
        }
    }

    private mutating func end(_ attempt: AttemptID, _ outcome: Outcome, _ reason: String, at now: Instant) {
        guard let place = running.removeValue(forKey: attempt) else { return }
        (attempts[place].end, attempts[place].outcome, attempts[place].reason) = (now, outcome, reason)
    }

    private func whyLost(_ attempt: AttemptID) -> String {
        guard let place = running[attempt] else { return "" }
        let node = attempts[place].node
        return lost[node].map { "\(name(node)) is lost: \($0)" } ?? "\(name(node)) came back without it"
    }

    private mutating func undo(_ map: TaskID, _ reason: String) {
        guard let place = winners.removeValue(forKey: map) else { return }
        (attempts[place].outcome, attempts[place].reason) = (.undone, reason)
    }

    /// Where what is changed runs, or lies.
    private func place(of change: Change) -> NodeID? {
        switch change {
        case .attemptLost(let attempt): running[attempt].map { attempts[$0].node }
        case .mapOutputLost(let map, _): winners[map].map { attempts[$0].node }
        default: nil
        }
    }
}
