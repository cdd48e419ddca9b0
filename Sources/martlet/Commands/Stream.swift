internal import ArgumentParser
internal import ClusterModel
internal import MapReduce
internal import MartletClient

struct Stream: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a job whose mapper and reducer are programs of any language, as Hadoop streaming does.",
        discussion: help)

    @Argument(
        parsing: .captureForPassthrough, help: ArgumentHelp("As above.", valueName: "option"),
        completion: Completion.streaming) var arguments: [String] = []

    private static let help = """
        The mapper reads lines and writes lines KEY TAB VALUE; the reducer reads them sorted by key. Commands are split into \
        words without a shell. Files are named by URI, such as file:///data/book.txt, and must be the same on every node.

          martlet stream -input file:///data/book.txt -output file:///data/counts \\
            -files mapper.py,reducer.py -numReduceTasks 4 \\
            -mapper 'python3 mapper.py' -reducer 'python3 reducer.py'
          martlet stream -input 'file:///data/*.txt' -output file:///data/lines \\
            -mapper 'grep needle' -reducer NONE -background

        \(HelpList.text(StreamingArguments.options.map { ("\($0.name) \($0.value)", $0.meaning) } + ours))
        Properties for -D:

        \(HelpList.text(Property.all.map { ($0.name, $0.meaning + ($0.standard.isEmpty ? "" : " (\($0.shownStandard))")) }))
        """

    private static let ours = [
        ("--cluster NAME", "the name of a cluster on this host (MARTLET_CLUSTER)"),
        ("--coordinator HOST:PORT", "the address of a coordinator, wherever it is"),
        ("--secret-file FILE", "the cluster's secret, for --coordinator (or MARTLET_SECRET)"),
        ("--json", "print the ended job as JSON, as 'martlet job' does"), ("--quiet", "print nothing but errors"),
        ("--properties", "print the properties for -D at length, those that are ignored and those refused"),
    ]

    func run() throws {
        if arguments.isEmpty || arguments.contains("--help") || arguments.contains("-help") {
            return Output.line(MartletCommand.helpMessage(for: Stream.self))
        }
        let (ours, theirs) = try Self.separate(arguments)
        if ours.properties { return try Self.tellProperties(json: ours.json) }
        let streaming = try StreamingArguments(parsing: theirs)
        for hint in PropertyHints.hints(for: streaming) { Output.error("martlet: \(hint)") }
        let job = try StreamingJob(streaming)
        if streaming.isVerbose { for line in job.summary(of: streaming) { Output.error(line) } }
        let client = try ours.cluster.connect()
        let id = try client.submit(job.specification, files: job.fileContents)
        if streaming.isBackground {
            if ours.json { try Output.json(["id": "\(id)"]) } else { Output.line("\(id)") }
            return
        }
        let report = try JobWait.run(client, id, ours.cluster, quiet: ours.quiet || ours.json)
        if streaming.isVerbose && !ours.json { try tellCounters(client, id) }
        try JobEnd.tell(report, json: ours.json, quiet: ours.quiet)
    }

    private static func tellProperties(json: Bool) throws {
        let report = PropertyReport()
        if json { try Output.json(report) } else { Output.text(report.text) }
    }

    private func tellCounters(_ client: MartletClient, _ id: JobID) throws {
        let counters = try client.acrossRestarts { () throws(ClientError) in try client.counters(of: id) }
        for entry in counters.entries {
            Output.line("  \(entry.group)  \(entry.name)  \(entry.value)")
        }
    }

    private struct Ours {
        var cluster = ClusterChoice()
        var json = false
        var quiet = false
        var properties = false
    }

    /// Our own options have two dashes, Hadoop's one.
    private static func separate(_ arguments: [String]) throws -> (Ours, [String]) {
        var ours = Ours()
        var theirs: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": ours.json = true
            case "--quiet": ours.quiet = true
            case "--properties": ours.properties = true
            case "--cluster": ours.cluster.cluster = try value(argument, &rest)
            case "--coordinator": ours.cluster.coordinator = try value(argument, &rest)
            case "--secret-file": ours.cluster.secretFile = try value(argument, &rest)
            default:
                theirs.append(argument)
                // What an option's value looks like is the value's own affair.
                let takesValue = StreamingArguments.options.contains { $0.name == argument && !$0.value.isEmpty }
                if takesValue, let value = rest.popFirst() { theirs.append(value) }
            }
        }
        return (ours, theirs)
    }

    private static func value(_ option: String, _ rest: inout ArraySlice<String>) throws -> String {
        guard let value = rest.popFirst() else { throw UserError("\(option) needs a value behind it") }
        return value
    }
}

struct Wait: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Wait until a job has ended; exit 0 only if it succeeded.",
        discussion: """
            A coordinator that goes away is looked for until it is back, for a minute at most.

              martlet wait job-3
              martlet wait job-3 --quiet && cat counts/part-*

            JSON: as of 'martlet job'.
            """)
    @Argument(help: "Such as job-1.", completion: Completion.jobs) var id: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    func run() throws {
        let (id, client) = (try JobArgument.parse(id), try cluster.connect())
        let report = try JobArgument.known(id, client.jobs) {
            try JobWait.run(client, id, cluster.choice, quiet: output.quiet || output.json)
        }
        try JobEnd.tell(report, json: output.json, quiet: output.quiet)
    }
}

enum JobWait {
    /// - Parameter choice: Of the cluster, for those who come back to the job.
    static func run(
        _ client: MartletClient, _ id: JobID, _ choice: ClusterChoice, quiet: Bool
    ) throws -> JobReport {
        Interrupt.guide(InterruptDialogue(id, options: choice.words)) { try choice.connect().cancel(id) }
        if quiet { return try client.wait(for: id) }
        let nodes = try client.acrossRestarts { () throws(ClientError) in try client.nodes() }
        if !nodes.contains(where: { $0.role != "master" && !["lost", "stopped"].contains($0.state) }) {
            Output.line("no node runs: start one with 'martlet start NODE' or 'martlet scale'")
        }
        let display = ProgressDisplay(id, nodes: nodes)
        defer { display.end() }
        return try client.wait(
            for: id, onStart: { display.begin($0) }, onChange: { display.follow($0) },
            onLoss: { display.tell(Absence.text) })
    }
}

/// What commands that wait say when the coordinator went away.
enum Absence {
    static let text = "the coordinator is gone: waiting for it to come back"
}

enum JobEnd {
    /// - Throws: ``JobFailed`` unless the job has succeeded.
    static func tell(_ job: JobReport, json: Bool, quiet: Bool) throws {
        if json { try Output.json(job) }
        guard job.state == "succeeded" else {
            throw JobFailed(text: "\(job.id) \(job.state)" + (job.failure.map { ": \(text($0))" } ?? ""))
        }
        if json || quiet { return }
        let lost = job.attemptsLost > 0 ? ", \(job.attemptsLost) attempts lost and done again" : ""
        let place = job.output.isEmpty ? "" : ": \(job.output)"
        Output.line("\(job.id) succeeded in \(Table.duration(job.elapsed))\(lost)\(place)")
    }

    static func text(_ failure: JobReport.Failure) -> String {
        var text = failure.reason
        if !failure.attempt.isEmpty { text += " (\(failure.attempt) on \(failure.node))" }
        let lines = failure.standardError.split(separator: "\n").suffix(20)
        if !lines.isEmpty {
            text += "\nits standard error ended with:\n" + lines.map { "  \($0)" }.joined(separator: "\n")
        }
        return text
    }
}
