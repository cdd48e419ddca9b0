/// A job as clients see it; the property names are the field names of `--json`.
public struct JobReport: Hashable, Sendable, Encodable {
    public struct Tasks: Hashable, Sendable, Encodable {
        public var total = 0
        public var pending = 0
        public var running = 0
        public var done = 0

        public init() {}
    }

    /// A node that the job wants no more of.
    public struct Exclusion: Hashable, Sendable, Encodable {
        public var node = ""
        public var reason = ""

        public init() {}
    }

    public struct Failure: Hashable, Sendable, Encodable {
        public var reason = ""
        /// The attempt that was one too many; empty when none was.
        public var attempt = ""
        public var node = ""
        /// Of the user's program, when it is what failed.
        public var exitStatus: Int?
        /// The last lines.
        public var standardError = ""

        public init() {}
    }

    /// Such as job-1.
    public var id = ""
    public var name = ""
    /// running, committing, aborting, succeeded, failed or cancelled.
    public var state = ""
    public var output = ""
    /// Name of the folder beside it in which it is made.
    public var temporaryFolder = ""
    /// Seconds since the cluster was made.
    public var submitted = 0.0
    /// Seconds from submission to the end, or until now.
    public var elapsed = 0.0
    public var maps = Tasks()
    public var reduces = Tasks()
    /// Attempts that did not win, so far.
    public var attemptsFailed = 0
    public var attemptsLost = 0
    public var attemptsKilled = 0
    /// Nodes that it wants no more of, since too many of its attempts failed there.
    public var excludedNodes: [Exclusion] = []
    /// Why it failed or is about to.
    public var failure: Failure?

    public init() {}

    public var isEnded: Bool { ["succeeded", "failed", "cancelled"].contains(state) }
}

extension ControlPlane {
    /// All jobs in the order of their submission.
    public func jobs(at now: Instant) -> [JobReport] { cluster.state.jobs.map { report($0, at: now) } }

    /// Nil when there is no such job.
    public func job(_ id: JobID, at now: Instant) -> JobReport? {
        guard cluster.hasJob(id) else { return nil }
        return report(cluster[id], at: now)
    }

    private func report(_ job: Job, at now: Instant) -> JobReport {
        var report = job.report(at: now)
        report.temporaryFolder = cluster.temporaryFolderName(of: job.id)
        report.excludedNodes = job.excludedNodes.map { exclusion(of: NodeID($0), from: job) }
        return report
    }

    private func exclusion(of node: NodeID, from job: Job) -> JobReport.Exclusion {
        var exclusion = JobReport.Exclusion()
        exclusion.node = name(of: node)
        exclusion.reason = "\(job.nodeFailures[node.number]) of its attempts failed there"
        // Of a job that ended long ago the attempts are forgotten.
        let last = job.history.last { $0.node == node && $0.end == .failed }
        if let last { exclusion.reason += ", the last because \(last.reason)" }
        return exclusion
    }

    /// Sums over the winners so far; nil when there is no such job.
    public func counters(of id: JobID) -> Counters? {
        guard cluster.hasJob(id) else { return nil }
        return cluster[id].totalCounters
    }
}

extension Job {
    func report(at now: Instant) -> JobReport {
        var report = JobReport()
        report.id = "\(id)"
        report.name = specification.name
        report.output = specification.output
        report.submitted = seconds(submitted.nanoseconds)
        report.elapsed = seconds((finished ?? now).nanoseconds - submitted.nanoseconds)
        report.maps = JobReport.Tasks(counts(.map))
        report.reduces = JobReport.Tasks(counts(.reduce))
        report.attemptsFailed = endCounts.failed
        report.attemptsLost = endCounts.lost
        report.attemptsKilled = endCounts.killed
        describePhase(in: &report)
        return report
    }

    private func describePhase(in report: inout JobReport) {
        switch phase {
        case .running: report.state = "running"
        case .committing: report.state = "committing"
        case .aborting(let outcome):
            describe(outcome, in: &report)
            report.state = "aborting"
        case .ended(let outcome): describe(outcome, in: &report)
        }
    }

    private func describe(_ outcome: JobOutcome, in report: inout JobReport) {
        switch outcome {
        case .succeeded: report.state = "succeeded"
        case .cancelled: report.state = "cancelled"
        case .failed(let failure):
            report.state = "failed"
            report.failure = JobReport.Failure(failure)
        }
    }

    private func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds / 1_000_000) / 1000 }
}

extension JobReport.Tasks {
    init(_ counts: TaskCounts) {
        (total, pending, running, done) = (counts.total, counts.pending, counts.running, counts.done)
    }
}

extension JobReport.Failure {
    init(_ failure: JobFailure) {
        reason = failure.reason
        attempt = failure.attempt.map { "\($0)" } ?? ""
        node = failure.node
        exitStatus = failure.exitStatus
        standardError = failure.standardError
    }
}
