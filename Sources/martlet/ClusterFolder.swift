internal import EventLoop
internal import FileSystems
internal import Glibc
internal import MartletClient
internal import Transport

/// What this host knows of a cluster that `martlet up` made: `$MARTLET_HOME/clusters/NAME`.
struct ClusterFolder {
    static let usualPort: UInt16 = 7477

    let path: String

    init(path: String) { self.path = path }

    init(name: String) throws { path = try "\(Self.home())/clusters/\(name)" }

    var name: String { String(path.split(separator: "/").last ?? "") }
    var secret: String { LauncherNote.secretPath(path) }
    var coordinator: String { "\(path)/coordinator" }
    var lock: String { "\(path).lock" }
    func node(_ name: String) -> String { "\(path)/nodes/\(name)" }
    func log(_ name: String) -> String { "\(path)/logs/\(name).log" }

    /// `MARTLET_HOME`, or `.martlet` in the home folder; absolute.
    static func home() throws -> String { try CommandPath.absolute(LauncherNote.home) }

    /// Those on this host, whether or not they run.
    static func all() throws -> [ClusterFolder] {
        let folder = try "\(home())/clusters"
        guard try LocalFileSystem.exists(folder) else { return [] }
        return try LocalFileSystem.list(folder).filter { !$0.hasSuffix(".lock") }.map { try ClusterFolder(name: $0) }
    }

    /// Those whose launcher runs.
    static func running() throws -> [ClusterFolder] { try all().filter { $0.launcher != nil } }

    /// Makes what is missing of it.
    func make() throws {
        try LocalFileSystem.makeFolder(path)
        // The secret's file is closed to others; so is all else that belongs to the cluster.
        chmod(path, 0o700)
        // The secret comes first and goes last: by it a folder is known as a cluster's.
        if try !LocalFileSystem.exists(secret) { try Secret.make(file: secret) }
        for name in ["nodes", "logs", "processes"] { try LocalFileSystem.makeFolder("\(path)/\(name)") }
    }

    /// Removes the folder with all in it, but none that is not a cluster's; nothing there is fine.
    func remove() throws {
        guard try LocalFileSystem.exists(path) else { return }
        let names = try LocalFileSystem.list(path)
        guard names.isEmpty || names.contains("secret") else {
            throw UserError("\(path) is not removed, as it is no cluster's folder: move it away")
        }
        for name in names where name != "secret" { try LocalFileSystem.remove("\(path)/\(name)") }
        try LocalFileSystem.remove(path)
    }

    /// Removes what processes that are gone have left there, so that others can go on with the journal.
    func removeTraces() throws {
        for name in ["nodes", "processes"] { try LocalFileSystem.remove("\(path)/\(name)") }
    }

    // MARK: - Processes

    /// Nil when it does not run.
    var launcher: LauncherNote? { LauncherNote(in: path).flatMap { $0.runs ? $0 : nil } }

    /// Where the last launcher's coordinator listened, whether or not it runs.
    var lastAddress: SocketAddress? { LauncherNote(in: path)?.address }

    func note(launcher pid: CInt, address: SocketAddress, supervises: Bool) throws {
        let start = Processes.startTime(of: pid) ?? 0
        try write(
            "launcher", LauncherNote(pid: pid, startTime: start, address: address, supervises: supervises).text)
    }

    func note(process name: String, pid: CInt, startTime: UInt64) throws {
        try write("processes/\(name)", "\(pid) \(startTime)")
    }

    func forget(process name: String) { unlink("\(path)/processes/\(name)") }

    /// Those that the launcher has started and that still run.
    func processes() throws -> [(pid: CInt, startTime: UInt64)] {
        guard try LocalFileSystem.exists("\(path)/processes") else { return [] }
        return try LocalFileSystem.list("\(path)/processes").compactMap { name in
            let words = read("processes/\(name)")
            guard words.count == 2, let pid = CInt(words[0]), let start = UInt64(words[1]),
                Processes.startTime(of: pid) == start
            else { return nil }
            return (pid, start)
        }
    }

    private func read(_ name: String) -> [String] {
        guard let bytes = try? FileReader.readAll("\(path)/\(name)", limit: 4096) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
    }

    /// In one step, so that nobody reads half of it.
    private func write(_ name: String, _ text: String) throws {
        let file = try FileWriter("\(path)/\(name).new")
        let bytes = Array(text.utf8)
        try file.write(bytes.span)
        try file.close()
        try LocalFileSystem.rename("\(path)/\(name).new", to: "\(path)/\(name)")
    }
}
