internal import ArgumentParser
internal import ClusterModel
internal import Coordinator
internal import EventLoop
internal import FileSystems
internal import MartletClient
internal import Transport

struct Up: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start a cluster in the background.",
        discussion: """
            Starts a coordinator, a launcher and workers on this host, and returns when all nodes have joined. Doing it \
            again changes nothing, unless other numbers of nodes are asked for. Several clusters may run at once.

              martlet up --core 3 --task 2 --instance-type m5.xlarge
              martlet up --cluster test
              martlet up --supervise --keep-history 30d

            The coordinator writes down what it decides, so that another one can go on from it. With --supervise one is \
            started whenever the last ended unasked: nodes and waiting commands reach it at the same address, and jobs go \
            on. Without, the cluster ends with its coordinator.

            A cluster that has ended by itself, as the machine has or since its launcher was killed, has left its journal. \
            With --resume another one goes on from it: on the same port if that is free, with the same nodes, whose \
            processes are new, unless other numbers are asked for; unfinished jobs go on, and what was lost with the nodes \
            is made again. Without --resume a cluster that left unfinished jobs is not replaced.

            What it writes down is kept until the cluster's end, unless --keep-history says what is enough: what is older \
            than so many hours (h), days (d) or weeks (w), or beyond so many bytes (MB, GB, MiB, GiB), then goes, in pieces \
            of 64 MiB, when the coordinator starts and whenever a piece is full. What it needs to go on never goes.

            JSON: {cluster, address, nodes, containers, milliseconds, resumedJobs}.
            """)

    @Option(help: ArgumentHelp("Number of core nodes. (default: 2)", valueName: "n")) var core: Int?
    @Option(help: ArgumentHelp("Number of task nodes. (default: 2)", valueName: "n")) var task: Int?
    @Option(
        help: ArgumentHelp("EC2 instance that each node models.", valueName: "type"),
        completion: Completion.instanceTypes)
    var instanceType = "m5.xlarge"
    @Option(
        help: ArgumentHelp("Name of the cluster (MARTLET_CLUSTER).", valueName: "name"), completion: Completion.clusters
    ) var cluster: String?
    @Option(help: ArgumentHelp("Milliseconds of silence after which a node is lost.", valueName: "ms"))
    var heartbeatTimeout = 2000
    @Flag(help: "Start the coordinator again when it ends unasked.") var supervise = false
    @Flag(help: "Keep every event in the journal too, for 'martlet journal --replay'.") var record = false
    @Flag(help: "Go on from the journal of a cluster that has ended by itself.") var resume = false
    @Option(
        help: ArgumentHelp(
            "What of the history is kept: 30d, 12h, 2GiB, 30d,2GiB, or all. (default: all)", valueName: "age|size"))
    var keepHistory: String?
    @OptionGroup var output: DoneOptions

    struct Ready: Encodable {
        let cluster: String
        let address: String
        let nodes: Int
        let containers: Int
        let milliseconds: Int
        /// Unfinished ones that go on.
        let resumedJobs: [String]
    }

    func run() throws {
        let started = Clock.boottimeNanoseconds()
        guard InstanceType.named(instanceType) != nil else {
            let nearest = InstanceType.suggestions(for: instanceType).joined(separator: ", ")
            throw UserError("there is no instance type '\(instanceType)': did you mean \(nearest)?")
        }
        for (option, count) in [("--core", core), ("--task", task)] {
            guard let count, !(0...1000).contains(count) else { continue }
            throw UserError("\(option) \(count): a cluster has between 0 and 1000 nodes of a role")
        }
        guard (10...3_600_000).contains(heartbeatTimeout) else {
            throw UserError("--heartbeat-timeout must be between 10 and 3600000 milliseconds")
        }
        if let keepHistory, Retention(keepHistory) == nil {
            throw UserError("--keep-history \(keepHistory): \(Retention.spelling)")
        }
        let folder = try ClusterFolder(name: ClusterChoice(cluster: cluster).name() ?? "default")
        let lock = try ClusterLock(folder)
        let running = try connect(folder)
        let wasRunning = running != nil
        if wasRunning, keepHistory != nil {
            Output.error("martlet: the cluster '\(folder.name)' runs: --keep-history is as when it was started")
        }
        if supervise, wasRunning, folder.launcher?.supervises == false {
            throw UserError(
                "the cluster '\(folder.name)' runs without --supervise, which cannot be changed: end it with 'martlet down'"
            )
        }
        let resumed = wasRunning ? nil : try prepare(folder)
        let returning = resumed?.namesToStart(core: core, task: task, \.isAlive) ?? []
        let address = try running?.address ?? begin(folder, resumes: resumed != nil, returning)
        let client =
            try running?.client ?? MartletClient(coordinator: address, secret: Secret.load(file: folder.secret))
        let nodes = try fill(client, wasRunning: wasRunning, returning)
        let milliseconds = Int((Clock.boottimeNanoseconds() - started) / 1_000_000)
        try tell(folder, address, nodes, milliseconds, wasRunning, resumed)
        _ = consume lock
    }

    /// Connects to the cluster if it runs.
    private func connect(_ folder: ClusterFolder) throws -> (address: SocketAddress, client: MartletClient)? {
        guard let launcher = folder.launcher else { return nil }
        do {
            let secret = try Secret.load(file: folder.secret)
            return (launcher.address, try MartletClient(coordinator: launcher.address, secret: secret))
        } catch let error as ClientError {
            // A launcher ends by itself when its coordinator has: it may be about to.
            guard Processes.wait(for: launcher.pid, startedAt: launcher.startTime, milliseconds: 5000) else {
                throw error
            }
            return nil
        }
    }

    /// Makes room for a cluster, or for one that goes on from what an earlier one has left: then returns that.
    private func prepare(_ folder: ClusterFolder) throws -> Remains? {
        let remains = try Remains(of: folder)
        let decision = remains.decision(resume: resume, cluster: folder.name)
        switch decision {
        case .refuse(let reason): throw UserError(reason)
        case .startAnew(let notice):
            if let notice { Output.error("martlet: \(notice)") }
            try Down.endProcesses(folder)
            try folder.remove()
        case .goOn:
            try Down.killLeft(folder)
            try folder.removeTraces()
        }
        try folder.make()
        return decision == .goOn ? remains : nil
    }

    /// Starts the launcher, which starts the coordinator; returns its address.
    private func begin(_ folder: ClusterFolder, resumes: Bool, _ returning: [String]) throws -> SocketAddress {
        let (ready, theirs) = try Descriptors.pipe()
        let log = try LogFile.open(folder.log("launcher"))
        let request = SpawnRequest(
            executable: Processes.executablePath,
            arguments: [
                "launcher", "--folder", folder.path, "--ready-descriptor", "3", "--heartbeat-timeout",
                "\(heartbeatTimeout)", "--supervise", supervise ? "yes" : "no",
                "--record", record ? "yes" : "no",
                "--keep-history", keepHistory ?? "all",
                "--resume", resumes ? "yes" : "no", "--returning", returning.joined(separator: ","),
            ],
            environment: Processes.environment, folder: "/", descriptors: [-1, log, log, theirs], newSession: true
        )
        let loop = try Loop()
        let children = try ChildReaper(on: loop)
        _ = try ChildProcess.spawn(request, on: children) { _ in }
        Descriptors.close(theirs, log)
        let line = String(decoding: try Descriptors.read(ready), as: UTF8.self)
        Descriptors.close(ready)
        let answer = String(line.prefix { $0 != "\n" })
        guard let address = SocketAddress(answer) else {
            let reason = answer.isEmpty ? LogFile.lastLine(folder.log("launcher")) : answer
            throw UserError("the cluster did not start: \(reason)")
        }
        return address
    }

    /// Asks for nodes, first for those that are to be back, and waits until they have joined.
    private func fill(_ client: MartletClient, wasRunning: Bool, _ returning: [String]) throws -> [NodeReport] {
        try client.subscribe()
        let before = try client.nodes()
        for name in returning { try client.startNode(name) }
        // There is the master only when whoever started the cluster was interrupted before it had asked for nodes.
        let isNew = before.count == 1
        if core != nil || isNew { try client.scale(.core, to: core ?? 2, instanceType: instanceType) }
        if task != nil || isNew { try client.scale(.task, to: task ?? 2, instanceType: instanceType) }
        try NodeWait.untilNoneStarts(client)
        let nodes = try client.nodes()
        let lostBefore = Set(before.filter { $0.state == "lost" }.map(\.name)).subtracting(returning)
        if !wasRunning, let lost = nodes.first(where: { $0.state == "lost" && !lostBefore.contains($0.name) }) {
            throw UserError("\(lost.name) did not start: \(lost.reason)")
        }
        return nodes
    }

    private func tell(
        _ folder: ClusterFolder, _ address: SocketAddress, _ nodes: [NodeReport], _ milliseconds: Int,
        _ wasRunning: Bool, _ resumed: Remains?
    ) throws {
        let live = nodes.filter { $0.state == "running" }
        let containers = live.reduce(0) { $0 + $1.containersAllowed }
        if output.json {
            return try Output.json(
                Ready(
                    cluster: folder.name, address: "\(address)", nodes: live.count, containers: containers,
                    milliseconds: milliseconds, resumedJobs: resumed?.unfinished.map { "\($0)" } ?? []))
        }
        if output.quiet { return }
        let counts = ["core", "task"].map { role in "\(live.count { $0.role == role }) \(role)" }.joined(
            separator: " + ")
        let verb = wasRunning ? "runs" : resumed != nil ? "goes on" : "is ready"
        Output.line(
            "cluster '\(folder.name)' \(verb) at \(address): 1 master + \(counts) nodes, \(containers) containers "
                + "(\(milliseconds) ms)")
        if let jobs = resumed?.unfinished, !jobs.isEmpty {
            Output.line("unfinished jobs that go on: \(Remains.list(jobs))")
        }
        let option = folder.name == "default" ? "" : " --cluster \(folder.name)"
        Output.line("next: martlet nodes\(option)")
    }
}

struct Down: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End a cluster of this host's: no process and no temporary file is left.",
        discussion: """
            Its journal goes too, unless --keep names a folder, on the same file system, that it is moved to: \
            'martlet journal' and --history of 'jobs', 'job' and 'tasks' read it there.

              martlet down
              martlet down --cluster test --keep ~/test-history

            JSON: {cluster, journal}.
            """)

    @Option(
        help: ArgumentHelp("Name of the cluster (MARTLET_CLUSTER).", valueName: "name"), completion: Completion.clusters
    ) var cluster: String?
    @Option(
        help: ArgumentHelp("Keep the coordinator's folder, with the journal, as this one.", valueName: "dir"),
        completion: .directory)
    var keep: String?
    @OptionGroup var output: DoneOptions

    struct Ended: Encodable {
        let cluster: String
        let journal: String?
    }

    func run() throws {
        let folder = try ClusterChoice(cluster: cluster).name().map { try ClusterFolder(name: $0) } ?? Self.onlyFolder()
        let lock = try ClusterLock(folder)
        guard try LocalFileSystem.exists(folder.path) else {
            lock.remove()
            let meant = Nearest.name(to: folder.name, among: try ClusterFolder.all().map(\.name))
            throw UserError(
                "there is no cluster '\(folder.name)' on this host" + (meant.map { ": did you mean \($0)?" } ?? ""))
        }
        let kept = try keep.map { try KeepPlace.find($0, for: folder) }
        try Self.endProcesses(folder)
        if let kept { try LocalFileSystem.rename(folder.coordinator, to: kept) }
        try folder.remove()
        lock.remove()
        if output.json {
            try Output.json(Ended(cluster: folder.name, journal: kept))
        } else if !output.quiet {
            Output.line("cluster '\(folder.name)' has ended")
            if let kept { Output.line("next: martlet journal \(kept)") }
        }
    }

    /// One that does not run any more may have left its folder.
    private static func onlyFolder() throws -> ClusterFolder {
        let home = try "\(ClusterFolder.home())/clusters"
        let names = try LocalFileSystem.exists(home) ? LocalFileSystem.list(home).filter { !$0.hasSuffix(".lock") } : []
        guard names.count <= 1 else {
            throw UserError(
                "there are several clusters, \(names.joined(separator: ", ")): say which with --cluster NAME")
        }
        guard let name = names.first else { throw UserError("there is no cluster on this host") }
        return try ClusterFolder(name: name)
    }

    /// The launcher cancels unfinished jobs and ends its children in peace; whatever does not end so is killed.
    static func endProcesses(_ folder: ClusterFolder) throws {
        if let launcher = folder.launcher {
            _ = Processes.send(.terminate, to: launcher.pid, startedAt: launcher.startTime)
            let wait = { (milliseconds: CInt) in
                Processes.wait(for: launcher.pid, startedAt: launcher.startTime, milliseconds: milliseconds)
            }
            if wait(1000) { return try killLeft(folder) }
            Output.error("martlet: waiting until unfinished jobs are cancelled and nodes have ended, 15 s at most")
            if !wait(14_000) {
                ProcessTree.kill(launcher.pid, startedAt: launcher.startTime)
            }
        }
        try killLeft(folder)
    }

    static func killLeft(_ folder: ClusterFolder) throws {
        for process in try folder.processes() {
            ProcessTree.kill(process.pid, startedAt: process.startTime)
            _ = Processes.wait(for: process.pid, startedAt: process.startTime, milliseconds: 2000)
        }
    }
}
