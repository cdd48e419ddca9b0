internal import EventLoop
internal import FileSystems
internal import Transport

enum LauncherDaemon {
    static let options = [
        Daemon.Option(name: "folder", value: "DIR", meaning: "the cluster's folder, which has its secret"),
        Daemon.Option(name: "heartbeat-timeout", value: "MS", meaning: "as of the coordinator", standard: "2000"),
        Daemon.Option(
            name: "supervise", value: "yes|no", meaning: "whether a coordinator that ended unasked is started again",
            standard: "no"),
        Daemon.Option(name: "record", value: "yes|no", meaning: "as of the coordinator", standard: "no"),
        Daemon.Option(name: "keep-history", value: "AGE|SIZE", meaning: "as of the coordinator", standard: "all"),
        Daemon.Option(
            name: "resume", value: "yes|no",
            meaning: "whether there is a journal to go on from, of nodes that are gone",
            standard: "no"),
        Daemon.Option(
            name: "returning", value: "NAMES", meaning: "nodes that will then be asked for again, with commas between"),
        Daemon.Option(name: "ready-descriptor", value: "N", meaning: "where the address is written once it is known"),
    ]

    static func run(_ arguments: [String]) throws -> Int32 {
        let values = try Daemon.parse(arguments, options)
        let folder = ClusterFolder(path: try CommandPath.absolute(Daemon.required("folder", values)))
        var configuration = Launcher.Configuration(folder: folder)
        configuration.heartbeatTimeout = values["heartbeat-timeout"] ?? "2000"
        configuration.supervises = try Daemon.isYes("supervise", values)
        configuration.records = try Daemon.isYes("record", values)
        configuration.keepHistory = values["keep-history"] ?? "all"
        configuration.resumes = try Daemon.isYes("resume", values)
        configuration.returning = (values["returning"] ?? "").split(separator: ",").map(String.init)
        let launcher = try Launcher(configuration)
        var ready = values["ready-descriptor"].flatMap { CInt($0) }
        launcher.run { address in
            tell("\(address)", &ready)
        }
        guard let failure = launcher.failure else { return 0 }
        tell(failure, &ready)
        return 1
    }

    /// Tells whoever started the launcher how that went, once.
    private static func tell(_ text: String, _ ready: inout CInt?) {
        guard let descriptor = ready else { return }
        ready = nil
        let line = Array("\(text)\n".utf8)
        // Whoever waits for it may have gone; the cluster stays.
        try? Descriptors.write(line.span, to: descriptor)
        Descriptors.close(descriptor)
    }
}
