internal import ArgumentParser
internal import ClusterModel
internal import MartletClient

// Commands that ask and show.

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cluster at a glance.",
        discussion: """
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
            JSON: nodes [{name, role (master, core, task), instanceType, state, reason, pid, startTime, host, rack, address, \
            incarnation, containersRunning, containersAllowed}].
            """)
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let nodes = try cluster.connect().nodes()
        if output.json { return try Output.json(["nodes": nodes]) }
        let rows = nodes.map { node in
            [
                node.name, node.role, node.instanceType.isEmpty ? "-" : node.instanceType, node.state,
                node.role == "master" ? "-" : "\(node.containersRunning)/\(node.containersAllowed)",
                node.pid > 0 ? "\(node.pid)" : "-", node.host.isEmpty ? "-" : node.host, node.reason,
            ]
        }
        Output.text(Table.text([["NAME", "ROLE", "TYPE", "STATE", "CONTAINERS", "PID", "HOST", "WHY"]] + rows))
    }
}

struct Jobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "All jobs.", discussion: "JSON: jobs [the same as of 'martlet job'].")
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let jobs = try cluster.connect().jobs()
        if output.json { return try Output.json(["jobs": jobs]) }
        if jobs.isEmpty { return Output.line("no job yet: 'martlet stream --help' shows how to run one") }
        let rows = jobs.map { job in
            [
                job.id, job.state, "\(job.maps.done)/\(job.maps.total)", "\(job.reduces.done)/\(job.reduces.total)",
                Table.duration(job.elapsed), job.name,
            ]
        }
        Output.text(Table.text([["JOB", "STATE", "MAPS", "REDUCES", "TIME", "NAME"]] + rows))
    }
}

struct JobCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "One job.",
        discussion: """
            JSON: id, name, state (running, committing, aborting, succeeded, failed, cancelled), output, temporaryFolder, submitted (s), \
            elapsed (s), maps and reduces {total, pending, running, done}, attemptsFailed, attemptsLost, attemptsKilled, \
            excludedNodes [{node, reason}], \
            failure {reason, attempt, node, exitStatus, standardError}.
            """)
    @Argument(help: "Such as job-1.") var id: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let job = try cluster.connect().job(try JobArgument.parse(id))
        if output.json { return try Output.json(job) }
        Output.text(
            Table.text([
                ["job", "\(job.id)  \(job.name)"], ["state", "\(job.state), \(Table.duration(job.elapsed))"],
                ["output", job.output], ["maps", Self.text(job.maps)], ["reduces", Self.text(job.reduces)],
                ["attempts", "\(job.attemptsFailed) failed, \(job.attemptsLost) lost, \(job.attemptsKilled) killed"],
            ]))
        for excluded in job.excludedNodes { Output.line("excluded for it: \(excluded.node), \(excluded.reason)") }
        if let failure = job.failure { Output.line(JobEnd.text(failure)) }
    }

    private static func text(_ tasks: JobReport.Tasks) -> String {
        "\(tasks.done) of \(tasks.total) done, \(tasks.running) running, \(tasks.pending) pending"
    }
}

struct Tasks: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The tasks of a job and their attempts.",
        discussion: """
            JSON: tasks [{id, kind (map, reduce, commit, abort), state (pending, running, done), progress (0 to 1), status, why, failures, \
            attempts [{id, node, state (running, succeeded, failed, lost, killed), reason, seconds}]}].
            """)
    @Argument(help: "Such as job-1.") var id: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let tasks = try cluster.connect().tasks(of: try JobArgument.parse(id))
        if output.json { return try Output.json(["tasks": tasks]) }
        var rows = [["TASK", "STATE", "ATTEMPT", "NODE", "ATTEMPT IS", "TIME", "WHY"]]
        for task in tasks {
            if task.state == "pending" { rows.append([task.id, task.state, "-", "-", "-", "-", task.why]) }
            for attempt in task.attempts {
                rows.append([
                    task.id, task.state, attempt.id, attempt.node, attempt.state, Table.duration(attempt.seconds),
                    attempt.reason,
                ])
            }
        }
        Output.text(Table.text(rows))
    }
}

struct Logs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What an attempt wrote to standard error.", discussion: "JSON: attempt, standardError.")
    @Argument(help: "Such as job-1-map-3-1.0; 'martlet tasks' lists them.") var attempt: String
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
        discussion: "JSON: counters [{group, name, value}].")
    @Argument(help: "Such as job-1.") var id: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    struct Entry: Encodable {
        let group: String
        let name: String
        let value: Int
    }

    func run() throws {
        let counters = try cluster.connect().counters(of: try JobArgument.parse(id))
        let entries = counters.entries.map { Entry(group: $0.group, name: $0.name, value: $0.value) }
        if output.json { return try Output.json(["counters": entries]) }
        Output.text(Table.text([["GROUP", "COUNTER", "VALUE"]] + entries.map { [$0.group, $0.name, "\($0.value)"] }))
    }
}

enum JobArgument {
    static func parse(_ text: String) throws -> JobID {
        guard let id = JobID(text) else { throw UserError("'\(text)' is no job: write one such as job-1") }
        return id
    }
}
