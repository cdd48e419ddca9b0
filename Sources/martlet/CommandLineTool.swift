internal import ArgumentParser
internal import Coordinator
internal import FileSystems
internal import MapReduce
internal import MartletClient
internal import Transport

/// `martlet`, but for the daemons.
struct MartletCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "A MapReduce cluster of real processes that goes on while its nodes die.",
        discussion: """
            Start a cluster, run a job on it, and kill a node:

              martlet up
              martlet stream -input file://$PWD/book.txt \\
                -output file://$PWD/counts -files mapper.py,reducer.py \\
                -mapper 'python3 mapper.py' -reducer 'python3 reducer.py'
              martlet kill core-1
              martlet down

            Commands find their cluster by --cluster NAME (or MARTLET_CLUSTER), by --coordinator HOST:PORT, or take \
            the only one that runs.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Clusters", subcommands: [Up.self, Down.self, Status.self, Nodes.self, Scale.self, Top.self]),
            CommandGroup(
                name: "Jobs",
                subcommands: [
                    Stream.self, Example.self, Jobs.self, JobCommand.self, Tasks.self, Logs.self, CountersCommand.self,
                    Wait.self,
                    Cancel.self, Watch.self, ReportCommand.self,
                ]),
            CommandGroup(
                name: "Faults", subcommands: [Kill.self, Start.self, Freeze.self, Thaw.self, Cut.self, Heal.self]),
            CommandGroup(name: "History", subcommands: [JournalCommand.self]),
            CommandGroup(name: "Simulation", subcommands: [FuzzCommand.self]),
            CommandGroup(name: "This machine", subcommands: [Doctor.self]),
            CommandGroup(
                name: "Processes",
                subcommands: [
                    CoordinatorHelp.self, WorkerHelp.self, LauncherHelp.self, ContainerHelp.self,
                ]),
        ]
    )
}

enum CommandLineTool {
    /// Runs the command; exits 0 on success only, 1 when it failed and 64 when it was not understood.
    static func run(_ arguments: [String]) -> Never {
        do {
            try checkName(arguments)
            var command = try MartletCommand.parseAsRoot(arguments)
            try command.run()
            Daemon.exit(0)
        } catch let failure as JobFailed {
            if !failure.text.isEmpty { Output.error(failure.text) }
            Daemon.exit(1)
        } catch let unknown as UnknownCommand {
            Output.error("martlet: \(unknown.text)")
            Daemon.exit(64)
        } catch {
            guard let text = sentence(error) else { MartletCommand.exit(withError: error) }
            Output.error("martlet: \(text)")
            Daemon.exit(1)
        }
    }

    /// The argument parser calls an unknown command an unexpected argument.
    private static func checkName(_ arguments: [String]) throws {
        let rest = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        guard let name = rest.first, !name.hasPrefix("-"), !MartletCommand.names.contains(name) else { return }
        let hint = Nearest.name(to: name, among: MartletCommand.shownNames).map { "did you mean \($0)?" }
        throw UnknownCommand(text: "there is no command '\(name)': \(hint ?? "'martlet --help' lists them")")
    }

    /// Our own errors are sentences already; the argument parser explains its own.
    private static func sentence(_ error: any Error) -> String? {
        switch error {
        case let error as UserError: error.description
        case let error as ClientError: error.description
        case let error as StreamingError: error.description
        case let error as FileSystemError: error.description
        case let error as JournalError: error.description
        case let error as Secret.Problem: error.description
        case let error as Daemon.Problem: error.description
        default: nil
        }
    }
}

extension MartletCommand {
    /// Of all commands, whether or not the help shows them.
    static var shownNames: [String] {
        configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName } + ["help"]
    }

    static var names: [String] { configuration.subcommands.map { $0._commandName } + ["help"] }
}

private struct UnknownCommand: Error {
    let text: String
}

/// The command did its part, but the job did not end well.
struct JobFailed: Error {
    let text: String
}
