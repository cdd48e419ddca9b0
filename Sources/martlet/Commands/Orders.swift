internal import ArgumentParser
internal import ClusterModel
internal import MartletClient
internal import Wire

// Commands that change something.

/// What an order prints: nothing surprising.
enum Done {
    static func tell(_ text: String, _ output: DoneOptions) throws {
        if output.json { return try Output.json(["done": text]) }
        if !output.quiet { Output.line(text) }
    }
}

struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cancel a job: what it runs is killed, what it wrote removed.",
        discussion: """
            Returns when nothing of it is left.

              martlet cancel job-3

            JSON: {done}.
            """)
    @Argument(help: "Such as job-1.", completion: Completion.jobs) var id: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    func run() throws {
        let job = try JobArgument.parse(id)
        let client = try cluster.connect()
        try JobArgument.known(job, client.jobs) { try client.cancel(job) }
        let report = try client.wait(for: job)
        try Done.tell("\(job) is \(report.state)", output)
    }
}

struct Kill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Kill a node: SIGKILL to its worker and everything under it.",
        discussion: """
            The node is lost, and its work is done again elsewhere. 'martlet start NODE' brings it back.

              martlet kill core-1

            JSON: {done}.
            """)
    @Argument(help: "Such as core-1.", completion: Completion.nodes) var node: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    func run() throws {
        guard node != "master" else {
            throw UserError("the master is the coordinator, whose end is the cluster's: end it with 'martlet down'")
        }
        let client = try cluster.connect()
        try client.subscribe()
        let before = try client.nodes()
        try client.killNode(node)
        // The death is real when the coordinator has seen it.
        guard let number = before.dropFirst().firstIndex(where: { $0.name == node }) else { return }
        try client.follow { change in
            switch change.change {
            case .nodeLost(let id, _), .nodeStopped(let id): id.number != number - 1
            default: true
            }
        }
        try Done.tell("\(node) was killed", output)
    }
}

struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start a node again that is lost or stopped, with its name and data.",
        discussion: """
            Returns when it has joined. A node that was excluded since jobs failed on it is given work again.

              martlet start core-1

            JSON: {done}.
            """)
    @Argument(help: "Such as core-1.", completion: Completion.nodes) var node: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    func run() throws {
        let client = try cluster.connect()
        try client.subscribe()
        try client.startNode(node)
        try NodeWait.untilNoneStarts(client)
        let state = try client.nodes().first { $0.name == node }
        guard state?.state == "running" else {
            throw UserError("\(node) did not start: \(state?.reason ?? "it is unknown")")
        }
        try Done.tell("\(node) runs", output)
    }
}

struct Freeze: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Freeze a node: SIGSTOP to its worker and everything under it.",
        discussion: """
            It is suspect, then lost, as if it had died; 'martlet thaw NODE' lets it go on and join again.

              martlet freeze core-1
              martlet thaw core-1

            JSON: {done}.
            """)
    @Argument(help: "Such as core-1.", completion: Completion.nodes) var node: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    func run() throws {
        try cluster.connect().inject(.freeze, into: node)
        try Done.tell("\(node) stands still", output)
    }
}

struct Thaw: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a frozen node go on.",
        discussion: """
            One that was taken for lost meanwhile gives up what it did and joins again.

              martlet thaw core-1

            JSON: {done}.
            """)
    @Argument(help: "Such as core-1.", completion: Completion.nodes) var node: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    func run() throws {
        try cluster.connect().inject(.thaw, into: node)
        try Done.tell("\(node) goes on", output)
    }
}

struct Cut: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cut a node's network: its traffic goes nowhere, and no connection closes.",
        discussion: """
            'martlet heal NODE' mends it; what was under way then arrives late, as with a real network.

              martlet cut core-1
              martlet cut core-1 --direction inbound

            JSON: {done}.
            """)
    @Argument(help: "Such as core-1.", completion: Completion.nodes) var node: String
    @Option(
        help: ArgumentHelp("Which traffic, seen from the node: both, inbound or outbound.", valueName: "direction"),
        completion: .list(CutDirection.allCases.map { "\($0)" }))
    var direction = "both"
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    func run() throws {
        guard let known = CutDirection.allCases.first(where: { "\($0)" == direction }) else {
            throw UserError("--direction \(direction): it is both, inbound or outbound")
        }
        try cluster.connect().inject(.cut(known), into: node)
        try Done.tell("\(node) is cut off", output)
    }
}

struct Heal: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mend a node's network that was cut.",
        discussion: """
            What was under way arrives now; a node that was taken for lost joins again.

              martlet heal core-1

            JSON: {done}.
            """)
    @Argument(help: "Such as core-1.", completion: Completion.nodes) var node: String
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    func run() throws {
        try cluster.connect().inject(.heal, into: node)
        try Done.tell("\(node) has its network again", output)
    }
}

struct Scale: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add or remove nodes.",
        discussion: """
            Nodes that are too many take no more work and stop when what they hold is no longer needed.

              martlet scale --task 5
              martlet scale --core 4 --instance-type m5.2xlarge

            JSON: {done}.
            """)
    @Option(help: ArgumentHelp("Number of core nodes.", valueName: "n")) var core: Int?
    @Option(help: ArgumentHelp("Number of task nodes.", valueName: "n")) var task: Int?
    @Option(
        help: ArgumentHelp("EC2 instance that a new node models. (default: as the newest node)", valueName: "type"),
        completion: Completion.instanceTypes)
    var instanceType: String?
    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var output: DoneOptions

    func validate() throws {
        if core == nil && task == nil {
            throw ValidationError("say how many nodes there are to be: --core N or --task N")
        }
    }

    func run() throws {
        let client = try cluster.connect()
        try client.subscribe()
        let before = try client.nodes().filter { $0.role != "master" }
        if let core { try client.scale(.core, to: core, instanceType: type(of: "core", before)) }
        if let task { try client.scale(.task, to: task, instanceType: type(of: "task", before)) }
        try NodeWait.untilNoneStarts(client)
        let nodes = try client.nodes()
        let counts = ["core", "task"].map { role in
            "\(nodes.count { $0.role == role && ($0.state == "running" || $0.state == "suspect") }) \(role)"
        }
        try Done.tell("the cluster has \(counts.joined(separator: " + ")) nodes", output)
    }
}

extension Scale {
    /// What was asked for, or that of the newest node of the role, else of any.
    private func type(of role: String, _ nodes: [NodeReport]) -> String {
        instanceType ?? (nodes.last { $0.role == role } ?? nodes.last)?.instanceType ?? "m5.xlarge"
    }
}

enum NodeWait {
    /// The client follows the changes already, so that none is missed.
    static func untilNoneStarts(_ client: MartletClient) throws {
        while try client.nodes().contains(where: { $0.state == "starting" }) {
            try client.follow { change in
                switch change.change {
                case .nodeRegistered, .nodeLost, .nodeStopped: false
                default: true
                }
            }
        }
    }
}
