import Foundation
import Testing

/// A coordinator and workers that a test starts by hand, so that it can do something between one coordinator and the next.
final class ManualCluster {
    let cluster: TestCluster
    private(set) var address = "127.0.0.1:0"
    private var coordinator: Process?
    /// Nobody else has the other end of its standard output.
    private var output = Pipe()
    private var workers: [Process] = []
    /// Of every coordinator.
    private let more: [String]

    /// Runs the body with a coordinator and workers of these names, and ends them.
    static func with(
        _ more: [String] = [], workers: [String] = ["a", "b"], _ body: (ManualCluster) throws -> Void
    ) throws {
        let manual = ManualCluster(try TestCluster(empty: ()), more)
        do {
            try manual.start()
            try manual.startWorkers(workers)
            try body(manual)
        } catch {
            try manual.end()
            throw error
        }
        try manual.end()
    }

    private init(_ cluster: TestCluster, _ more: [String]) { (self.cluster, self.more) = (cluster, more) }

    var options: [String] { ["--coordinator", address] }
    var pid: pid_t { coordinator?.processIdentifier ?? 0 }
    /// What coordinators have logged.
    var log: String { get throws { try cluster.text("log") } }

    /// The only segment of the journal, which is small.
    var journal: Data {
        get throws { try Data(contentsOf: URL(filePath: cluster.path(Self.journalName))) }
    }

    static let journalName = "data/0000000000000001.journal"

    /// Starts a coordinator, on the port that the first one was given.
    func start(_ more: [String] = [], _ variables: [String: String] = [:]) throws {
        if !FileManager.default.fileExists(atPath: cluster.path("log")) { try cluster.write("log", "") }
        let log = try #require(FileHandle(forWritingAtPath: cluster.path("log")))
        try log.seekToEnd()
        output = Pipe()
        coordinator = try cluster.startProcess(
            ["coordinator", "--data", cluster.path("data"), "--listen", address] + self.more + more, output: output,
            error: log,
            variables)
        let bytes = output.fileHandleForReading.availableData
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first
        // One that is to kill itself may do so before it serves.
        guard line != nil || variables.isEmpty else { return }
        address = String(try #require(line?.split(separator: " ").last))
    }

    /// Kills the coordinator and waits until it is gone.
    func killCoordinator() {
        kill(pid, SIGKILL)
        coordinator?.waitUntilExit()
        coordinator = nil
    }

    /// Waits until the coordinator has killed itself, for a minute at most.
    func waitForCrash() throws {
        var end = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: 0, revents: 0)
        try #require(poll(&end, 1, 60_000) > 0, "the coordinator did not reach its end")
        coordinator?.waitUntilExit()
        #expect(coordinator?.terminationReason == .uncaughtSignal && coordinator?.terminationStatus == SIGKILL)
        coordinator = nil
    }

    /// A coordinator that is to end by itself.
    func run() throws -> TestCluster.Result {
        try cluster.run(["coordinator", "--data", cluster.path("data"), "--listen", "127.0.0.1:0"] + more)
    }

    func watch() throws -> TestCluster.Watch { try cluster.watch(options) }

    private func startWorkers(_ names: [String]) throws {
        let watch = try watch()
        for name in names {
            let arguments = ["worker", "--name", name, "--instance-type", "m1.medium", "--data", cluster.path(name)]
            workers.append(
                try cluster.startProcess(arguments + options, output: Pipe(), error: .nullDevice))
        }
        for name in names { try watch.see("\(name) (m1.medium) joined") }
        watch.end()
    }

    private func end() throws {
        if coordinator != nil { killCoordinator() }
        for worker in workers {
            kill(worker.processIdentifier, SIGTERM)
            worker.waitUntilExit()
        }
        try cluster.end()
    }
}
