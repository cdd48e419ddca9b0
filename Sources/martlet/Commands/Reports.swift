internal import ArgumentParser
internal import ClusterModel
internal import MartletClient

// Commands that ask and show.

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cluster at a glance.",
        discussion: """
            How many nodes, containers and jobs there are, and what is wrong with the coordinator, if anything is.

              martlet status
              martlet status --cluster test --json

            JSON: coordinator {pid, address}, uptime (s), changes, nodesRunning, nodesLost, containersRunning, \
            containersAllowed, jobsActive, jobsEnded, problem.
            """)
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let status = try cluster.connect().status()
        if output.json { return try Output.json(status) }
        Output.text(
            Table.text([
                [
                    "coordinator",
                    "\(status.coordinator.address), pid \(status.coordinator.pid), up \(Table.duration(status.uptime))",
                ],
                ["nodes", "\(status.nodesRunning) running, \(status.nodesLost) lost"],
                ["containers", "\(status.containersRunning) of \(status.containersAllowed) running"],
                ["jobs", "\(status.jobsActive) active, \(status.jobsEnded) ended"],
            ]))
        if !status.problem.isEmpty { Output.line(status.problem) }
    }
}

struct Nodes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The nodes and their states.",
        discussion: """
            States: starting, running, suspect, draining, unhealthy, excluded, lost, stopped.

              martlet nodes
              martlet nodes --history ~/.martlet/clusters/default

            JSON: nodes [{name, role (master, core, task), instanceType, state, reason, pid, startTime, host, rack, address, \
            incarnation, containersRunning, containersAllowed}].
            """)
    @OptionGroup var source: SourceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let nodes = try source.nodes()
        if output.json { return try Output.json(["nodes": nodes]) }
        Output.text(ReportTables.nodes(nodes))
    }
}

struct Jobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "All jobs, in the order of their submission.",
        discussion: """
              martlet jobs
              martlet jobs --history ~/.martlet/clusters/default

            JSON: jobs [the same as of 'martlet job'].
            """)
    @OptionGroup var source: SourceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let jobs = try source.jobs()
        if output.json { return try Output.json(["jobs": jobs]) }
        if jobs.isEmpty { return Output.line("no job yet: 'martlet stream --help' shows how to run one") }
        Output.text(ReportTables.jobs(jobs))
    }
}

struct JobCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "One job: how far it is, and why it failed.",
        discussion: """
              martlet job job-3
              martlet job 3 --json

            JSON: id, name, state (running, committing, aborting, succeeded, failed, cancelled), output, temporaryFolder, submitted (s), \
            elapsed (s), maps and reduces {total, pending, running, done}, attemptsFailed, attemptsLost, attemptsKilled, \
            excludedNodes [{node, reason}], \
            failure {reason, attempt, node, exitStatus, standardError}.
            """)
    @Argument(help: "Such as job-1.", completion: Completion.jobs) var id: String
    @OptionGroup var source: SourceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let job = try source.job(try JobArgument.parse(id))
        if output.json { return try Output.json(job) }
        Output.text(ReportTables.job(job))
    }
}

struct Tasks: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The tasks of a job and their attempts.",
        discussion: """
            Of a pending task it says what it waits for, of an attempt why it did not win, and of the winner where its time \
            went: reading, the mapper, sorting, spills, the shuffle, merging, the reducer, writing the output.

              martlet tasks job-3

            JSON: tasks [{id, kind (map, reduce, commit, abort), state (pending, running, done), progress (0 to 1), status, why, failures, \
            attempts [{id, node, state (running, succeeded, failed, lost, killed), reason, seconds, phases [{name, seconds}]}]}].
            """)
    @Argument(help: "Such as job-1.", completion: Completion.jobs) var id: String
    @OptionGroup var source: SourceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let job = try JobArgument.parse(id)
        guard output.json else { return Output.text(ReportTables.tasks(try source.tasks(of: job))) }
        var list = JSONList(named: "tasks")
        try source.tasks(of: job) { list.add($0) }
        list.end()
    }
}

struct Logs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What an attempt wrote to standard error.",
        discussion: """
            Kept are the first mebibyte and the end, on the attempt's node; it must run.

              martlet logs job-1-map-3-1.0

            JSON: attempt, standardError.
            """)
    @Argument(help: "Such as job-1-map-3-1.0; 'martlet tasks' lists them.", completion: Completion.attempts)
    var attempt: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard let id = AttemptID(attempt) else {
            throw UserError(
                "'\(attempt)' is no attempt: write one such as job-1-map-3-1.0, as 'martlet tasks' lists them")
        }
        let bytes = try cluster.connect().log(of: id)
        guard output.json else { return Output.bytes(bytes) }
        try Output.json(["attempt": attempt, "standardError": String(decoding: bytes, as: UTF8.self)])
    }
}

struct CountersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "counters", abstract: "The counters of a job, summed over its winners.",
        discussion: """
              martlet counters job-3

            JSON: counters [{group, name, value}].
            """)
    @Argument(help: "Such as job-1.", completion: Completion.jobs) var id: String
    @OptionGroup var source: SourceOptions
    @OptionGroup var output: OutputOptions

    struct Entry: Encodable {
        let group: String
        let name: String
        let value: Int
    }

    func run() throws {
        let counters = try source.counters(of: try JobArgument.parse(id))
        let entries = counters.entries.map { Entry(group: $0.group, name: $0.name, value: $0.value) }
        if output.json { return try Output.json(["counters": entries]) }
        Output.text(Table.text([["GROUP", "COUNTER", "VALUE"]] + entries.map { [$0.group, $0.name, "\($0.value)"] }))
    }
}
