import Foundation
import SeededNumbers
import Testing

/// A word count whose programs write down each run that they have finished.
struct RecordedJob {
    private let cluster: TestCluster
    private let text: Data
    private let splitSize: Int

    init(_ cluster: TestCluster, maps: Int = 40, seed: Int = 1) throws {
        self.cluster = cluster
        text = sampleText(lines: maps * 300, seed: UInt64(seed))
        splitSize = text.count / maps
        try cluster.write("text", text)
        let run = #"#!/bin/sh"# + "\npython3 \"$1\" && echo \"$mapreduce_task_id\" >> \"$RUNS\"\n"
        try cluster.program("run", run)
    }

    func submit(_ more: [String] = []) throws {
        let submitted = try tryToSubmit(more)
        try #require(submitted.status == 0, "\(submitted.error)")
    }

    func tryToSubmit(_ more: [String] = []) throws -> TestCluster.Result {
        let examples = TestCluster.root + "/examples/wordcount"
        return try cluster.run(
            [
                // On a busy machine any attempt may look slow.
                "stream", "-background", "--no-speculation", "-input", cluster.uri("text"), "-output",
                cluster.uri("out"),
                "-numReduceTasks", "4", "-D", "mapreduce.input.fileinputformat.split.maxsize=\(splitSize)",
                "-files", "\(cluster.path("run")),\(examples)/mapper.py,\(examples)/reducer.py",
                "-mapper", "run mapper.py", "-reducer", "run reducer.py", "-cmdenv", "RUNS=\(cluster.path("runs"))",
            ] + more)
    }

    func checkOutput() throws {
        let output = try cluster.read("out")
        #expect(output.text == TestCluster.countWords(text))
        #expect(output.names == ["_SUCCESS"] + (0..<4).map { "part-0000\($0)" })
    }

    /// Neither what had finished nor what was under way, as no node was lost.
    func checkThatNothingRanTwice(_ more: [String] = []) throws {
        let runs = try cluster.text("runs").split(separator: "\n")
        #expect(Set(runs).count == runs.count)
        #expect(runs.count == (try tasks(more)).count - 1)
    }

    /// - Parameter mayFail: Nodes were lost, so that reducers may have missed map output.
    func checkTasks(mayFail: Bool = false, _ more: [String] = []) throws {
        for task in try tasks(more) {
            #expect(task["state"] as? String == "done")
            let attempts = try #require(task["attempts"] as? [[String: Any]])
            #expect(attempts.count { $0["state"] as? String == "succeeded" } == 1, "\(task)")
            #expect(mayFail || attempts.allSatisfy(Self.isUndisturbed), "\(task)")
        }
        let job = try cluster.json(["job", "job-1"] + more)
        // A coordinator that dies between a decision and its order loses an attempt that never ran.
        #expect(mayFail || (job["attemptsLost"] as? Int ?? 99) <= 6)
        #expect(mayFail || job["attemptsFailed"] as? Int == 0)
    }

    /// A reducer that waits for maps makes room for one whose order was lost.
    private static func isUndisturbed(_ attempt: [String: Any]) -> Bool {
        switch attempt["state"] as? String {
        case "succeeded", "lost": true
        case "killed": (attempt["reason"] as? String)?.hasPrefix("preempted") == true
        default: false
        }
    }

    func tasks(_ more: [String] = []) throws -> [[String: Any]] {
        try #require(try cluster.json(["tasks", "job-1"] + more)["tasks"] as? [[String: Any]])
    }
}

/// A command that runs beside the test, and has begun to wait.
final class WaitingCommand {
    private let process: Process
    private let pipe = Pipe()
    private var text = ""

    init(_ cluster: TestCluster, _ arguments: [String]) throws {
        process = try cluster.startProcess(arguments, output: pipe)
        guard !arguments.contains("--quiet") else { return }
        text = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    }

    /// Waits for its end.
    func end() -> (status: Int32, text: String) {
        text += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}

/// Kills coordinators, and kills or freezes nodes, at changes that a seed chooses.
struct Reaper {
    private let cluster: TestCluster
    private let watch: TestCluster.Watch
    private var random: SplitMix64
    /// The node that was killed last, if it is to be started again, and the place in the changes.
    private var dead: (name: String, place: Int)?
    private var frozen: pid_t?

    init(_ cluster: TestCluster, _ watch: TestCluster.Watch, seed: Int) {
        (self.cluster, self.watch) = (cluster, watch)
        random = SplitMix64(seed: seed)
    }

    /// Hurts a node now and then, and kills the coordinator some changes later; the next stroke mends what is hurt.
    mutating func strike() throws {
        let coordinator = try cluster.coordinator()
        try mend()
        let node = "core-\(1 + random.below(4))"
        switch random.below(4) {
        case 0:
            dead = (node, watch.lines.count)
            kill(try cluster.noted(node), SIGKILL)
        case 1:
            // The worker only: its containers go on, and what they finish is heard late or never.
            frozen = try cluster.noted(node)
            frozen.map { _ = kill($0, SIGSTOP) }
        default: break
        }
        for _ in 0..<random.below(14) { try #require(watch.next()?.contains("job-1 succeeded") == false) }
        kill(coordinator, SIGKILL)
    }

    mutating func mend() throws {
        frozen.map { _ = kill($0, SIGCONT) }
        frozen = nil
        guard let (name, place) = dead else { return }
        dead = nil
        try watch.see("\(name) is lost", from: place)
        var start = try cluster.run(["start", name])
        // The launcher may come a little later than we to a new coordinator.
        while start.error.contains("no launcher is connected") { start = try cluster.run(["start", name]) }
        #expect(start.status == 0, "\(start.error)")
    }
}

extension TestCluster.Watch {
    /// Reads to the end, which does not wait for a coordinator that will not come.
    func expectEnd() {
        let start = ContinuousClock.now
        while next() != nil {}
        #expect(start.duration(to: .now) < .seconds(30))
        end()
    }

    /// Reads on to a line with the text, unless one has been read.
    func see(_ text: String, from place: Int = 0) throws {
        if !lines[place...].contains(where: { $0.contains(text) }) { try wait { $0.contains(text) } }
    }
}

extension TestCluster {
    /// The pid of the coordinator, which serves.
    func coordinator() throws -> pid_t {
        let coordinator = try #require(try json(["status"])["coordinator"] as? [String: Any])
        return pid_t(try #require(coordinator["pid"] as? Int))
    }

    /// The pid that is noted in the cluster's folder.
    func noted(_ name: String) throws -> pid_t {
        let words = try text("home/clusters/default/processes/\(name)").split(separator: " ")
        return try #require(words.first.flatMap { pid_t($0) })
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// Flips a bit near the beginning of the journal.
    func damageJournal(_ folder: String) throws {
        let name = folder + "/0000000000000001.journal"
        var bytes = try Data(contentsOf: URL(filePath: path(name)))
        bytes[40] ^= 1
        try write(name, bytes)
    }
}

extension String {
    func count(_ part: String) -> Int { components(separatedBy: part).count - 1 }
}
