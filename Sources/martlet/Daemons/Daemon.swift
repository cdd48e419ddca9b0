internal import EventLoop
internal import Glibc
internal import Logging

/// The processes of a cluster, each a subcommand: `coordinator`, `worker`, `launcher` and `container`.
enum Daemon {
    /// One option of a daemon; every option has a value.
    struct Option {
        let name: String
        let value: String
        let meaning: String
        var standard = ""
    }

    /// Why a daemon does not start, in one sentence.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// - Returns: The exit status when the arguments name a daemon and do not ask for help, else nil.
    static func run(_ arguments: [String]) -> Int32? {
        guard let name = arguments.first, !arguments.contains("--help"), !arguments.contains("-h") else { return nil }
        let rest = Array(arguments.dropFirst())
        let body: (() throws -> Int32)? =
            switch name {
            case "coordinator": { try CoordinatorDaemon.run(rest) }
            case "worker": { try WorkerDaemon.run(rest) }
            case "launcher": { try LauncherDaemon.run(rest) }
            case "container": { try ContainerDaemon.run() }
            default: nil
            }
        guard let body else { return nil }
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        Processes.raiseDescriptorLimit()
        do {
            return try body()
        } catch {
            Output.error("martlet \(name): \(error)")
            return error is Problem ? 2 : 1
        }
    }

    static func exit(_ status: Int32) -> Never {
        fflush(nil)
        Glibc.exit(status)
    }

    /// Reads `--name value` and `--name=value`.
    static func parse(_ arguments: [String], _ options: [Option]) throws(Problem) -> [String: String] {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = options.first(where: { "--\($0.name)" == parts[0] }) else {
                let names = options.map { "--\($0.name)" }.joined(separator: ", ")
                throw Problem(description: "'\(argument)' is no option of this command: there are \(names)")
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
                throw Problem(description: "--\(option.name) needs a value behind it: \(option.value)")
            }
            values[option.name] = value
        }
        for option in options where values[option.name] == nil && !option.standard.isEmpty {
            values[option.name] = option.standard
        }
        return values
    }

    static func required(_ name: String, _ values: [String: String]) throws(Problem) -> String {
        guard let value = values[name], !value.isEmpty else { throw Problem(description: "--\(name) is missing") }
        return value
    }

    static func isYes(_ name: String, _ values: [String: String]) throws(Problem) -> Bool {
        guard let value = values[name], ["yes", "no"].contains(value) else {
            throw Problem(description: "--\(name) is 'yes' or 'no'")
        }
        return value == "yes"
    }

    /// What `--help` shows of the options.
    static func describe(_ options: [Option]) -> String {
        HelpList.text(
            options.map { option in
                let standard = option.standard.isEmpty ? "" : " (default: \(option.standard))"
                return ("--\(option.name) \(option.value)", option.meaning + standard)
            })
    }
}
