import Foundation
import SeededNumbers
import Testing

/// A cluster of real processes in a folder of its own. Its end is a test too: no process and no folder may be left.
final class TestCluster {
    /// What a command printed and how it ended.
    struct Result {
        let status: Int32
        let output: String
        let error: String
    }

    let folder: String
    let environment: [String: String]
    /// What comes before a command's arguments: the program, and what brings it into its world.
    private let words: [String]

    init(
        core: Int = 2, task: Int = 0, instanceType: String = "m1.medium", in world: World = .plain,
        _ more: [String] = []
    ) throws {
        folder = try Self.makeFolder()
        environment = Self.environment(folder)
        try world.own(folder)
        words = world.words + [try world.program(Self.program, folder)]
        let up = try run(["up", "--core", "\(core)", "--task", "\(task)", "--instance-type", instanceType] + more)
        try #require(up.status == 0, "\(up.error)")
    }

    /// Without processes; the test starts its own.
    init(empty: Void, in world: World = .plain) throws {
        folder = try Self.makeFolder()
        environment = Self.environment(folder)
        try world.own(folder)
        words = world.words + [try world.program(Self.program, folder)]
    }

    /// Ends the cluster and looks whether anything is left.
    func end() throws {
        if FileManager.default.fileExists(atPath: folder + "/home/clusters/default") {
            let down = try run(["down"])
            #expect(down.status == 0, "\(down.error)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/home/clusters") == [])
        }
        let left = Self.processes(naming: folder)
        #expect(left.isEmpty, "left running: \(left)")
        for process in left { kill(process.pid, SIGKILL) }
        let hidden = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(".martlet") }
        #expect(hidden.isEmpty, "left behind: \(hidden)")
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Runs the body on a new cluster, and ends it whatever happens.
    static func with(
        core: Int = 2, task: Int = 0, heartbeatTimeout: Int = 2000, in world: World = .plain, _ more: [String] = [],
        _ body: (TestCluster) throws -> Void
    ) throws {
        let cluster = try TestCluster(
            core: core, task: task, in: world, ["--heartbeat-timeout", "\(heartbeatTimeout)"] + more)
        do {
            try body(cluster)
        } catch {
            try cluster.end()
            throw error
        }
        try cluster.end()
    }

    // MARK: - Commands

    func run(_ arguments: [String]) throws -> Result {
        try Self.run(Array(words.dropFirst()) + arguments, environment, program: words[0])
    }

    /// Gives a command that must succeed.
    func order(_ words: String...) throws {
        let result = try run(words)
        #expect(result.status == 0, "\(words): \(result.error)")
    }

    /// The command's JSON, as an object.
    func json(_ arguments: [String]) throws -> [String: Any] {
        let result = try run(arguments + ["--json"])
        try #require(result.status == 0, "\(arguments): \(result.error)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(object as? [String: Any])
    }

    func nodes() throws -> [[String: Any]] { try #require(try json(["nodes"])["nodes"] as? [[String: Any]]) }

    /// Starts a command that runs on beside the test.
    ///
    /// - Parameter variables: Of its environment, beside the cluster's.
    func startProcess(
        _ arguments: [String], output: Pipe, error: FileHandle? = nil, _ variables: [String: String] = [:]
    ) throws -> Process {
        let process = Self.process(
            Array(words.dropFirst()) + arguments, environment.merging(variables) { $1 }, program: words[0])
        process.standardOutput = output
        if let error { process.standardError = error }
        try process.run()
        return process
    }

    static let program = ProcessInfo.processInfo.environment["MARTLET_PROGRAM"] ?? root + "/.build/debug/martlet"

    /// The repository's folder.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path

    private static func environment(_ folder: String) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["MARTLET_HOME"] = folder + "/home"
        environment["TMPDIR"] = folder
        return environment
    }

    static func run(
        _ arguments: [String], _ environment: [String: String], program: String = program
    ) throws -> Result {
        let process = process(arguments, environment, program: program)
        // Files and not pipes: nobody has to read them meanwhile.
        let names = [makeName(), makeName()]
        for name in names { #expect(FileManager.default.createFile(atPath: name, contents: nil)) }
        defer { for name in names { try? FileManager.default.removeItem(atPath: name) } }
        process.standardOutput = FileHandle(forWritingAtPath: names[0])
        process.standardError = FileHandle(forWritingAtPath: names[1])
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try String(contentsOfFile: names[0], encoding: .utf8),
            error: try String(contentsOfFile: names[1], encoding: .utf8))
    }

    /// - Parameter program: A path, or a name that is looked up in PATH.
    private static func process(
        _ arguments: [String], _ environment: [String: String], program: String
    ) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program.contains("/") ? program : "/usr/bin/env")
        process.arguments = program.contains("/") ? arguments : [program] + arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return process
    }

    private static func makeName() -> String {
        URL(filePath: NSTemporaryDirectory()).appending(path: "martlet-test-" + UUID().uuidString).path
    }

    private static func makeFolder() throws -> String {
        let folder = makeName()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    // MARK: - Processes

    /// Every process whose command line or environment names the folder: the cluster's, and its programs'.
    static func processes(naming folder: String) -> [(pid: pid_t, command: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.compactMap { pid in
            let files = ["cmdline", "environ"].map {
                FileManager.default.contents(atPath: "/proc/\(pid)/\($0)") ?? Data()
            }
            guard pid != getpid(), files.contains(where: { $0.range(of: Data(folder.utf8)) != nil }) else { return nil }
            return (pid, String(decoding: files[0].map { $0 == 0 ? 32 : $0 }, as: UTF8.self))
        }
    }
}

// MARK: - Jobs

extension TestCluster {
    func path(_ name: String) -> String { folder + "/" + name }
    func uri(_ name: String) -> String { "file://" + path(name) }

    func write(_ name: String, _ bytes: Data) throws {
        let url = URL(filePath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: url)
    }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    /// A program of the user's, in the folder under this name.
    func program(_ name: String, _ text: String) throws {
        try write(name, text)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path(name))
    }

    /// Submits a streaming job that must be accepted, and does not wait for it.
    func submit(_ arguments: [String], output: String = "out") throws {
        let result = try run(["stream", "-background", "-output", uri(output)] + arguments)
        try #require(result.status == 0, "\(result.error)")
    }

    /// Runs a streaming job that must succeed, and gives its output.
    func stream(_ arguments: [String], output: String = "out") throws -> Output {
        let result = try run(["stream", "--quiet", "-output", uri(output)] + arguments)
        try #require(result.status == 0, "\(result.error)")
        return try read(output)
    }

    /// The job's output folder, as it lies there.
    struct Output {
        let names: [String]
        let parts: [Data]

        /// All lines, sorted by bytes.
        var sortedLines: [Data] {
            parts.flatMap { $0.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() }
                .map { Data($0) }.sorted { $0.lexicographicallyPrecedes($1) }
        }

        var text: [String] { sortedLines.map { String(decoding: $0, as: UTF8.self) } }
    }

    func read(_ output: String) throws -> Output {
        let names = try FileManager.default.contentsOfDirectory(atPath: path(output)).sorted()
        let parts = try names.filter { $0.hasPrefix("part-") }.map {
            try Data(contentsOf: URL(filePath: path("\(output)/\($0)")))
        }
        return Output(names: names, parts: parts)
    }

    /// Waits until a program opens the named pipe for writing and closes it.
    func waitForWriter(_ name: String) throws {
        let descriptor = open(path(name), O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var byte: UInt8 = 0
        while Foundation.read(descriptor, &byte, 1) > 0 {}
    }

    /// Python's word count, as in the examples.
    static let wordCount = [
        "-files", "\(root)/examples/wordcount/mapper.py,\(root)/examples/wordcount/reducer.py",
        "-mapper", "python3 mapper.py", "-reducer", "python3 reducer.py",
    ]

    /// What a word count must give, counted here.
    static func countWords(_ text: Data) -> [String] {
        var counts: [Data: Int] = [:]
        for word in text.split(whereSeparator: { [9, 10, 11, 12, 13, 32].contains($0) }) {
            counts[Data(word), default: 0] += 1
        }
        return counts.map { String(decoding: $0.key, as: UTF8.self) + "\t\($0.value)" }.sorted {
            Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
        }
    }
}

/// Text that is the same in every run: words of a small vocabulary, some of them long.
func sampleText(lines: Int, seed: UInt64 = 1) -> Data {
    var random = SplitMix64(seed: seed)
    var text = ""
    for _ in 0..<lines {
        let words = (0..<random.below(12)).map { _ in
            "w\(random.below(1000))" + (random.below(50) == 0 ? String(repeating: "x", count: 300) : "")
        }
        text += words.joined(separator: " ") + "\n"
    }
    return Data(text.utf8)
}

/// For what no event tells: what the system, or the cluster, shows of other processes.
func expectSoon(
    _ condition: () -> Bool, _ comment: @autoclosure () -> Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let deadline = Date(timeIntervalSinceNow: 10)
    while !condition() && Date() < deadline { sched_yield() }
    #expect(condition(), comment(), sourceLocation: sourceLocation)
}
