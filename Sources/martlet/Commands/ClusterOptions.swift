internal import ArgumentParser
internal import EventLoop
internal import Glibc
internal import MartletClient
internal import Transport

/// Which cluster a command is for.
struct ClusterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Name of a cluster on this host (MARTLET_CLUSTER).", valueName: "name"),
        completion: Completion.clusters)
    var cluster: String?

    @Option(help: ArgumentHelp("Address of a coordinator, wherever it is.", valueName: "host:port"))
    var coordinator: String?

    @Option(
        help: ArgumentHelp("The cluster's secret, for --coordinator (or MARTLET_SECRET).", valueName: "file"),
        completion: .file())
    var secretFile: String?

    var choice: ClusterChoice { ClusterChoice(cluster: cluster, coordinator: coordinator, secretFile: secretFile) }

    /// Connects to the cluster that is meant.
    func connect() throws -> MartletClient { try choice.connect() }
}

/// The cluster that a command line names, if it does.
struct ClusterChoice: Sendable {
    var cluster: String?
    var coordinator: String?
    var secretFile: String?

    /// The options again, for a command that is named to the user; each with a space before it.
    var words: String {
        [("--cluster", cluster), ("--coordinator", coordinator), ("--secret-file", secretFile)]
            .compactMap { option, value in value.map { " \(option) \($0)" } }.joined()
    }

    /// Connects to the cluster that is meant.
    func connect() throws -> MartletClient {
        if let coordinator { return try connect(to: coordinator) }
        let folder = try folder()
        guard let launcher = folder.launcher else {
            throw UserError("the cluster '\(folder.name)' does not run: \(try advice(folder.name))")
        }
        return try MartletClient(launcher, secretFile: folder.secret)
    }

    private func advice(_ name: String) throws -> String {
        if let meant = Nearest.name(to: name, among: try ClusterFolder.running().map(\.name)) {
            return "did you mean \(meant)?"
        }
        return "start it with 'martlet up --cluster \(name)'"
    }

    private func connect(to text: String) throws -> MartletClient {
        guard let address = SocketAddress(text) else { throw UserError("--coordinator \(text): write HOST:PORT") }
        // A cluster of this host's has its secret where we can find it.
        let known = try ClusterFolder.running().first { $0.launcher?.address == address }
        let secret = try Secret.load(file: secretFile ?? (getenv("MARTLET_SECRET") == nil ? known?.secret : nil))
        return try MartletClient(coordinator: address, secret: secret)
    }

    /// The folder of the cluster named, or of the only one that runs.
    func folder() throws -> ClusterFolder {
        if let name = try name() { return try ClusterFolder(name: name) }
        let running = try ClusterFolder.running()
        guard let only = running.first else {
            throw UserError("no cluster runs on this host: start one with 'martlet up'")
        }
        guard running.count == 1 else {
            let names = running.map(\.name).joined(separator: ", ")
            throw UserError("several clusters run, \(names): say which with --cluster NAME")
        }
        return only
    }

    /// The name given, by option or variable; an empty variable is none. It becomes part of a path, so that nothing but a
    /// plain name may pass.
    func name() throws(UserError) -> String? {
        let variable = getenv("MARTLET_CLUSTER").map { String(cString: $0) } ?? ""
        guard let name = cluster ?? (variable.isEmpty ? nil : variable) else { return nil }
        let isPlain = name.utf8.allSatisfy {
            (48...57).contains($0) || (97...122).contains($0 | 32) || $0 == 45 || $0 == 95
        }
        guard isPlain, (1...60).contains(name.utf8.count) else {
            throw UserError("'\(name)' is no name for a cluster: use up to 60 letters, digits, '-' and '_'")
        }
        return name
    }
}

/// For commands that are there to print something.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
}

/// For commands that do something, and say so.
struct DoneOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(help: "Print nothing but errors.")
    var quiet = false
}
