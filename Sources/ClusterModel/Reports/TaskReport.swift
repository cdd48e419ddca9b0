/// A task as clients see it; the property names are the field names of `--json`.
public struct TaskReport: Hashable, Sendable, Encodable {
    public struct Attempt: Hashable, Sendable, Encodable {
        /// Such as job-1-map-3-1.0, as `martlet logs` takes it.
        public var id = ""
        public var node = ""
        /// running, succeeded, failed, lost or killed.
        public var state = ""
        /// Why it did not win, or is to be killed.
        public var reason = ""
        /// From its launch to its end, or until now.
        public var seconds = 0.0
        /// What one that won or failed spent them with; nil of others, and of one that was too short to be told.
        public var phases: [Phase]?

        public init() {}
    }

    /// A part of an attempt's time.
    public struct Phase: Hashable, Sendable, Encodable {
        /// See ``AttemptPhase``.
        public var name = ""
        public var seconds = 0.0

        public init() {}

        init(name: String, seconds: Double) { (self.name, self.seconds) = (name, seconds) }
    }

    /// Such as job-1-map-3.
    public var id = ""
    /// map, reduce, commit or abort.
    public var kind = ""
    /// pending, running or done.
    public var state = ""
    /// Of the running attempt's work, 0 to 1.
    public var progress = 0.0
    /// What the running attempt's program last said of itself (`reporter:status:`).
    public var status = ""
    /// Why a pending task does not run yet.
    public var why = ""
    /// Failures of its own; lost nodes and preemption are none.
    public var failures = 0
    /// Those that have ended first, then those that run or have won; of a job's ended attempts the oldest may be missing.
    public var attempts: [Attempt] = []

    public init() {}
}

/// How far a job's tasks have been told, maps first: there may be a million.
public struct TaskListing: Hashable, Sendable {
    let job: JobID
    /// Nil at the end.
    fileprivate var kind = TaskKind.allCases.first
    fileprivate var index = 0

    public var isAtEnd: Bool { kind == nil }

    fileprivate mutating func goOn(behind last: Int, of count: Int) {
        index = last + 1
        guard index >= count, let kind else { return }
        let rest = TaskKind.allCases.drop { $0 != kind }.dropFirst()
        (self.kind, index) = (rest.first, 0)
    }
}

extension ControlPlane {
    /// Nil when there is no such job.
    public func listing(of id: JobID) -> TaskListing? { cluster.hasJob(id) ? TaskListing(job: id) : nil }

    /// The next tasks of the listing, so many at most.
    public func tasks(_ listing: inout TaskListing, limit: Int, at now: Instant) -> [TaskReport] {
        let job = cluster[listing.job]
        let history = Dictionary(grouping: job.history) { $0.attempt.task }
        var reports: [TaskReport] = []
        while let kind = listing.kind, reports.count < limit {
            let task = TaskID(job: listing.job, kind: kind, index: listing.index)
            let tasks = job[kind].tasks
            if task.index < tasks.count, job.isShown(kind) || tasks[task.index].launches > 0 {
                reports.append(report(task, of: job, history[task] ?? [], at: now))
            }
            listing.goOn(behind: task.index, of: tasks.count)
        }
        return reports
    }

    /// All of the job's tasks; nil when there is no such job.
    public func tasks(of id: JobID, at now: Instant) -> [TaskReport]? {
        guard var listing = listing(of: id) else { return nil }
        return tasks(&listing, limit: .max, at: now)
    }

    private func report(_ task: TaskID, of job: Job, _ ended: [EndedAttempt], at now: Instant) -> TaskReport {
        let record = job[task.kind].tasks[task.index]
        var report = TaskReport()
        report.id = "\(task)"
        report.kind = "\(task.kind)"
        report.failures = Int(record.failures)
        report.attempts = ended.map { attempt($0) }
        switch record.state {
        case .pending:
            report.state = "pending"
            report.why = cluster.whyPending(task)
        case .running:
            let running = job.running(job.followedAttempt(task))
            report.state = "running"
            report.progress = Double(progress.fraction(of: running.attempt)) / 1000
            report.status = progress.status(of: running.attempt)
            report.attempts.append(attempt(running, at: now))
        case .done:
            report.state = "done"
            report.progress = 1
            var winner = attempt(job.followedAttempt(task), record.nodeID, "succeeded", Int64(record.duration))
            winner.phases = job.winnersPhases(task)
            report.attempts.append(winner)
        }
        report.attempts += job.others.filter { $0.attempt.task == task }.map { attempt($0, at: now) }
        return report
    }

    private func attempt(_ running: RunningAttempt, at now: Instant) -> TaskReport.Attempt {
        let milliseconds = running.launched.duration(to: now).milliseconds
        var attempt = attempt(running.attempt, running.node, "running", milliseconds)
        attempt.reason = cluster[running.attempt.task.job].killReason(running.attempt) ?? ""
        return attempt
    }

    private func attempt(_ ended: EndedAttempt) -> TaskReport.Attempt {
        let milliseconds = ended.launched.duration(to: ended.ended).milliseconds
        var attempt = attempt(ended.attempt, ended.node, "\(ended.end)", milliseconds)
        attempt.reason = ended.reason
        attempt.phases = ended.phases.phases
        return attempt
    }

    private func attempt(
        _ id: AttemptID, _ node: NodeID, _ state: String, _ milliseconds: Int64
    ) -> TaskReport.Attempt {
        var attempt = TaskReport.Attempt()
        attempt.id = "\(id)"
        attempt.node = cluster.registration(of: node).name
        attempt.state = state
        attempt.seconds = Double(milliseconds) / 1000
        return attempt
    }

    /// The node that an attempt runs or ran on; nil when it is unknown or long forgotten.
    public func node(of attempt: AttemptID) -> NodeID? {
        guard let record = cluster.record(of: attempt.task) else { return nil }
        let job = cluster[attempt.task.job]
        if record.launches > 0, job.followedAttempt(attempt.task) == attempt { return record.nodeID }
        if let other = job.others.first(where: { $0.attempt == attempt }) { return other.node }
        return job.history.last { $0.attempt == attempt }?.node
    }
}

extension Job {
    /// What the winner's time went into.
    fileprivate func winnersPhases(_ task: TaskID) -> [TaskReport.Phase]? {
        taskCounters.isEmpty ? nil : taskCounters[Int(task.kind.rawValue)][task.index].phases
    }

    /// Commit and abort tasks are there from the beginning, and shown when their time has come.
    fileprivate func isShown(_ kind: TaskKind) -> Bool {
        switch kind {
        case .map, .reduce: true
        case .commit: phase == .committing
        case .abort: false
        }
    }
}
