internal import ArgumentParser
internal import ClusterModel
internal import MartletClient
internal import Wire

struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what changes in the cluster, as it changes.",
        discussion: """
            With a job, only what concerns it, until it has ended. JSON: one object a line, {sequence, at (s), job, text}.
            """)
    @Argument(help: "Such as job-1; all when missing.") var id: String?
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let job = try id.map { try JobArgument.parse($0) }
        let client = try cluster.connect()
        var text = ChangeText(nodes: try client.nodes())
        let (_, report) = try client.subscribe(job: job)
        if let job, let report { text.begin(job, report) }
        if report?.isEnded == true { return }
        // Whoever starts something next is certain to see it.
        if job == nil && !output.json { Output.line("following") }
        let json = output.json
        try client.follow { change in
            let line = text.line(change)
            if json {
                try? Output.json(line, pretty: false)
            } else {
                Output.line("\(Self.time(line.at))  \(line.text)")
            }
            if case .jobEnded(let ended, _) = change.change { return ended != job }
            return true
        }
    }

    private static func time(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded())
        let fraction = "\(1000 + milliseconds % 1000)".dropFirst()
        return "\(milliseconds / 1000).\(fraction)"
    }
}
