internal import ArgumentParser
internal import ClusterModel
internal import FileSystems
internal import MartletClient

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a page about a job: its timeline, what stood out, what went wrong.",
        discussion: """
            The page is one file that needs nothing else: open it in a browser. It shows every attempt on its node, the \
            job's phases, what took longer or read more than the rest, faults in the order of time, counters, and the \
            command; with very many attempts, short ones that follow one another share a bar.

              martlet report job-3
              martlet report job-3 -o slow.html
              martlet report job-3 --history ~/.martlet/clusters/default -o - > job.html

            It is read from the journal of a cluster on this host, or, with --coordinator, from what the coordinator still \
            keeps of its changes.

            JSON: {path, job, attempts, bars, findings [text], faults {kind: count}}.
            """)
    @Argument(help: "Such as job-1.", completion: Completion.jobs) var id: String
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where to write it; - is standard output. (default: JOB.html)", valueName: "file"),
        completion: .file())
    var output: String?
    @OptionGroup var source: SourceOptions
    @OptionGroup var words: DoneOptions

    struct Written: Encodable {
        let path: String
        let job: String
        let attempts: Int
        let bars: Int
        let findings: [String]
        let faults: [String: Int]
    }

    func run() throws {
        let id = try JobArgument.parse(id)
        let found = try JobArgument.known(id, allJobs) { try find(id) }
        let page = ReportPage(found.story, found.job, found.counters)
        let path = output ?? "\(id).html"
        if path == "-" { return Output.text(page.html) }
        try write(page.html, to: CommandPath.absolute(path))
        let faults = found.story.troubles.counts.map { ($0.key.rawValue, $0.value) }
        let written = Written(
            path: path, job: "\(id)", attempts: found.story.attempts.count, bars: page.timeline.barCount,
            findings: found.story.findings, faults: Dictionary(uniqueKeysWithValues: faults))
        if words.json { return try Output.json(written) }
        if words.quiet { return }
        Output.line("\(path): \(Figure.count(written.attempts, "attempt")) of \(id); open it in a browser")
    }

    private func find(_ id: JobID) throws -> StorySource {
        if let history = source.history { return try StorySource(id, folder: JournalPlace.find(history)) }
        if source.cluster.coordinator != nil { return try StorySource(id, source.cluster.connect()) }
        return try StorySource(id, folder: JournalPlace.find(source.cluster.choice.folder().path))
    }

    private func allJobs() throws -> [JobReport] { try source.jobs() }

    private func write(_ text: String, to path: String) throws {
        let file = try FileWriter(path)
        let bytes = Array(text.utf8)
        try file.write(bytes.span)
        try file.close()
    }
}
