internal import ArgumentParser

// Daemons run before the argument parser; here they only explain themselves.

struct CoordinatorHelp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator", abstract: "Run a coordinator in the foreground: the cluster's master.",
        usage: "martlet coordinator --listen HOST:PORT --data DIR [--secret-file FILE]",
        discussion: """
              martlet coordinator --listen 10.0.0.1:7477 --data /var/tmp/martlet \\
                --secret-file secret

            \(Daemon.describe(CoordinatorDaemon.options))
            """)
    @Argument(parsing: .captureForPassthrough, help: .hidden) var arguments: [String] = []
}

struct WorkerHelp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Run a worker in the foreground: one node, on this host or another.",
        usage: "martlet worker --coordinator HOST:PORT --role core|task --instance-type TYPE [OPTION ...]",
        discussion: """
              martlet worker --coordinator 10.0.0.1:7477 --role core \\
                --instance-type m5.xlarge --listen 10.0.0.2:0 --secret-file secret

            \(Daemon.describe(WorkerDaemon.options))
            """)
    @Argument(parsing: .captureForPassthrough, help: .hidden) var arguments: [String] = []
}

struct LauncherHelp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launcher", abstract: "Run a launcher; 'martlet up' does.",
        discussion: Daemon.describe(LauncherDaemon.options), shouldDisplay: false)
    @Argument(parsing: .captureForPassthrough, help: .hidden) var arguments: [String] = []
}

struct ContainerHelp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "container", abstract: "Run a container; workers do.", shouldDisplay: false)
    @Argument(parsing: .captureForPassthrough, help: .hidden) var arguments: [String] = []
}
