internal import BitCollections

/// The cluster at a glance; the property names are the field names of `--json`.
public struct StatusReport: Hashable, Sendable, Encodable {
    public struct Coordinator: Hashable, Sendable, Encodable {
        public var pid = 0
        /// HOST:PORT.
        public var address = ""

        public init() {}
    }

    public var coordinator = Coordinator()
    /// Seconds since the cluster was made.
    public var uptime = 0.0
    /// Changes of the hard state so far.
    public var changes = 0
    public var nodesRunning = 0
    public var nodesLost = 0
    public var containersRunning = 0
    public var containersAllowed = 0
    public var jobsActive = 0
    public var jobsEnded = 0
    /// Why no new work is given out; empty when it is.
    public var problem = ""

    public init() {}
}

extension ControlPlane {
    public func status(at now: Instant) -> StatusReport {
        var report = StatusReport()
        let live = cluster.state.nodes.filter(\.isLive)
        report.uptime = Double(now.nanoseconds / 1_000_000) / 1000
        report.changes = cluster.sequence
        report.nodesRunning = live.count
        report.nodesLost = cluster.state.nodes.count { $0.state == .lost }
        report.containersRunning = live.reduce(0) { $0 + $1.running.count }
        report.containersAllowed = live.reduce(0) { $0 + $1.registration.containers }
        report.jobsActive = cluster.state.active.count
        report.jobsEnded = cluster.state.jobs.count - report.jobsActive
        report.problem = cluster.journalProblem.map { "the journal cannot be written: \($0)" } ?? ""
        return report
    }
}
