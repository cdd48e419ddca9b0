internal import ArgumentParser
internal import ClusterModel
internal import Glibc
internal import MartletClient

struct Top: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch nodes, containers and jobs: a view that follows the changes.",
        discussion: """
            Control-C ends it. When standard output is no terminal, or one that moves no cursor (TERM=dumb), it prints the \
            view once.

              martlet top
              martlet top --once

            JSON, once: {status, nodes, jobs}, each as of the command of its name; the last ten jobs.
            """)
    @Flag(help: "Print the view once.") var once = false
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: OutputOptions

    /// Microseconds between two views: more often than this nobody can read.
    private static let interval: UInt32 = 100_000

    func run() throws {
        let client = try cluster.connect()
        if output.json { return try Output.json(Snapshot(client)) }
        guard Output.movesCursor && !once else { return Output.text(try view(client)) }
        try client.acrossRestarts(onLoss: { Output.line("\n\(Absence.text)") }) { () throws(ClientError) in
            try client.subscribe()
            while true {
                Output.text("\u{1B}[H\u{1B}[2J" + (try view(client)))
                try client.follow { _ in false }
                usleep(Self.interval)
                client.skipChanges()
            }
        }
    }

    private struct Snapshot: Encodable {
        let status: StatusReport
        let nodes: [NodeReport]
        let jobs: [JobReport]

        init(_ client: MartletClient) throws(ClientError) {
            (status, nodes) = (try client.status(), try client.nodes())
            jobs = try client.jobs().suffix(Top.jobLimit)
        }
    }

    private static let jobLimit = 10

    private func view(_ client: MartletClient) throws(ClientError) -> String {
        let status = try client.status()
        let nodes = try client.nodes()
        let jobs = try client.jobs().suffix(Self.jobLimit)
        let head =
            "\(status.coordinator.address), up \(Table.duration(status.uptime)): \(status.nodesRunning) nodes, "
            + "\(status.containersRunning) of \(status.containersAllowed) containers, \(status.jobsActive) jobs active\n\n"
        let nodeRows = nodes.filter { $0.role != "master" }.map { node in
            [node.name, node.instanceType, node.state, Self.containers(node), node.reason]
        }
        let jobRows = jobs.map { job in
            [
                job.id, job.state, Self.bar(job.maps), Self.bar(job.reduces), Table.duration(job.elapsed),
                "\(job.attemptsFailed)/\(job.attemptsLost)/\(job.attemptsKilled)", job.name,
            ]
        }
        return head + Table.text([["NODE", "TYPE", "STATE", "CONTAINERS", "WHY"]] + nodeRows) + "\n"
            + Table.text([["JOB", "STATE", "MAPS", "REDUCES", "TIME", "FAILED/LOST/KILLED", "NAME"]] + jobRows)
    }

    /// One mark for each container, up to what fits.
    private static func containers(_ node: NodeReport) -> String {
        let allowed = min(node.containersAllowed, 32)
        let busy = min(node.containersRunning, allowed)
        return String(repeating: "█", count: busy) + String(repeating: "░", count: allowed - busy)
            + " \(node.containersRunning)/\(node.containersAllowed)"
    }

    private static func bar(_ tasks: JobReport.Tasks) -> String {
        let width = 10
        let filled = tasks.total > 0 ? tasks.done * width / tasks.total : width
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
            + " \(tasks.done)/\(tasks.total)"
    }
}
