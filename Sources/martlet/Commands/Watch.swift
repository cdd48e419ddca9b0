internal import ArgumentParser
internal import ClusterModel
internal import MartletClient
internal import Wire

struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what changes in the cluster, as it changes.",
        discussion: """
            With a job, only what concerns it, until it has ended.

              martlet watch
              martlet watch job-3

            JSON: one object a line, {sequence, at (s), job, text}.
            """)
    @Argument(help: "Such as job-1; all when missing.", completion: Completion.jobs) var id: String?
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let job = try id.map { try JobArgument.parse($0) }
        let client = try cluster.connect()
        if let job { _ = try JobArgument.known(job, client.jobs) { try client.job(job) } }
        var text = ChangeText(nodes: try client.nodes())
        /// The number of the next change; 0 before it is known.
        var next = 0
        try client.acrossRestarts(onLoss: { Output.error("martlet: \(Absence.text)") }) { () throws(ClientError) in
            let place = try subscribe(client, job, from: next)
            if let job, let report = place.job {
                text.begin(job, report)
                if report.isEnded { return }
            }
            // Whoever starts something next is certain to see it.
            if next == 0 && job == nil && !output.json { Output.line("following") }
            next = place.last + 1
            try client.follow { change in
                next = change.sequence + 1
                show(text.line(change))
                if case .jobEnded(let ended, _) = change.change { return ended != job }
                return true
            }
        }
    }

    /// Goes on where it was; where the changes in between are not kept, from now on.
    ///
    /// - Returns: With the job when its changes so far are not, or not all, to be seen.
    private func subscribe(
        _ client: MartletClient, _ job: JobID?, from next: Int
    ) throws(ClientError) -> (last: Int, job: JobReport?) {
        if next == 0 { return try client.subscribe(job: job) }
        do throws(ClientError) {
            return (last: try client.subscribe(from: next, job: job).last, job: nil)
        } catch .refused {
            return try client.subscribe(job: job)
        }
    }

    private func show(_ line: ChangeText.Line) {
        if output.json {
            try? Output.json(line, pretty: false)
        } else {
            Output.line(line.readable)
        }
    }
}
