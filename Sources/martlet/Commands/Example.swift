internal import ArgumentParser
internal import ClusterModel
internal import EventLoop
internal import MapReduce
internal import MartletClient

struct Example: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one of the example jobs that every Hadoop tutorial starts with.",
        discussion: help)

    @Argument(help: "One of those above.", completion: .list(ExampleJob.all.map(\.name))) var name: String
    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Its arguments, and -D NAME=VALUE.", valueName: "argument"))
    var arguments: [String] = []
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    private static let help = """
        The jobs are written in Swift and run inside the containers. Paths are those of this machine, or URIs; the folder OUT \
        is made and must not exist.

        \(HelpList.text(ExampleJob.all.map { ("\($0.name) \($0.usage)", $0.meaning) }))

          martlet example wordcount book.txt counts
          martlet example terasort -D mapreduce.job.reduces=8 records sorted
          martlet example grep --lines book.txt found whale

        'martlet stream --properties' lists what -D may name.

        JSON: as of 'martlet job'.
        """

    func run() throws {
        guard let example = ExampleJob.named(name) else {
            let nearest = ExampleJob.all.map(\.name).min { editDistance($0, name) < editDistance($1, name) } ?? ""
            throw UserError("there is no example '\(name)': did you mean \(nearest)?")
        }
        let client = try cluster.connect()
        let nodes = try client.nodes().filter { $0.role != "master" && !["lost", "stopped"].contains($0.state) }
        let surroundings = ExampleJob.Surroundings(
            nodes: nodes.map { ($0.host, $0.containersAllowed) },
            thisHost: (Processes.hostName, Processes.parallelism), folder: try CommandPath.workingFolder())
        let job = try example.job(arguments, surroundings)
        let id = try client.submit(job.specification, files: job.fileContents)
        let report = try JobWait.run(client, id, cluster.choice, quiet: output.quiet || output.json)
        try JobEnd.tell(report, json: output.json, quiet: output.quiet || !example.keepsOutput)
        try conclude(example, report)
    }

    /// With `--json` too, what nobody keeps is removed.
    private func conclude(_ example: ExampleJob, _ report: JobReport) throws {
        guard let conclusion = example.conclusion else { return }
        let result = try ExampleOutput(report.output)
        if !output.json { Output.line(try conclusion(result)) }
        if !example.keepsOutput { try result.remove() }
    }
}
