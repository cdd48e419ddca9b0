internal import ClusterModel
internal import Wire

extension ChangeText {
    /// For the changes behind a place in a history.
    init(after history: History) {
        // A report of nodes begins with the master.
        self.init(nodes: [NodeReport()] + history.nodes)
        for report in history.jobs { if let id = JobID(report.id) { begin(id, report) } }
    }

    /// A change for `--json`: one object a line.
    struct Line: Encodable {
        let sequence: Int
        /// Seconds since the cluster was made.
        let at: Double
        let job: String?
        let text: String

        /// With its time to the millisecond.
        var readable: String {
            let milliseconds = Int((at * 1000).rounded())
            return "\(Duration.milliseconds(milliseconds).secondsText)  \(text)"
        }
    }

    mutating func line(_ recorded: RecordedChange) -> Line {
        let text = text(recorded.change)
        let seconds = Double(recorded.instant.nanoseconds / 1_000_000) / 1000
        return Line(
            sequence: recorded.sequence, at: seconds, job: recorded.change.job.map { "\($0)" }, text: text)
    }
}
