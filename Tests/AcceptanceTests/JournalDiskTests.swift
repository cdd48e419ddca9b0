import Foundation
import Testing

/// A journal on a disk that is full: nothing is begun that could not be remembered, users are told why, and the cluster goes
/// on when there is room.
@Suite(.serialized, .enabled(if: SmallDisk.isPossible, "this user may not mount a disk")) struct JournalDiskTests {
    @Test func nothingNewIsBegunUntilThereIsRoom() throws {
        let cluster = try TestCluster(empty: ())
        let coordinator = try Coordinator(cluster, megabytes: 1)
        defer { coordinator.end() }
        let options = ["--coordinator", coordinator.address]
        let watch = try cluster.watch(options)
        let worker = try cluster.startProcess(
            ["worker", "--name", "a", "--instance-type", "m1.medium", "--data", cluster.path("a")] + options,
            output: Pipe(), error: .nullDevice)
        try watch.wait { $0.contains("a (m1.medium) joined") }
        watch.end()
        try cluster.write("text", "x\n")

        try coordinator.fill()
        let stream = try cluster.startProcess(
            ["stream", "--quiet"] + job(cluster, "first") + options, output: Pipe())
        #expect(soon { try cluster.json(["status"] + options)["problem"] as? String ?? "" }.contains("No space left"))
        let refused = try cluster.run(["stream", "--quiet"] + job(cluster, "second") + options)
        #expect(refused.status == 1)
        #expect(refused.error.contains("cannot remember a job now"))
        #expect(!FileManager.default.fileExists(atPath: cluster.path("first")))

        coordinator.makeRoom()
        stream.waitUntilExit()
        #expect(stream.terminationStatus == 0)
        #expect(try cluster.read("first").text == ["x\t"])
        #expect(soon { try cluster.json(["status"] + options)["problem"] as? String == "" ? "none" : "" } == "none")

        kill(worker.processIdentifier, SIGTERM)
        worker.waitUntilExit()
        coordinator.end()
        try cluster.end()
    }

    /// The disk may be full just when a segment is begun: what was to be one must not be left between the others.
    @Test func segmentsThatFindNoRoomLeaveNothing() throws {
        let cluster = try TestCluster(empty: ())
        let coordinator = try Coordinator(cluster, megabytes: 1, ["--segment-size", "1KiB"])
        defer { coordinator.end() }
        let options = ["--coordinator", coordinator.address]
        let watch = try cluster.watch(options)
        let worker = try cluster.startProcess(
            ["worker", "--name", "a", "--instance-type", "m1.medium", "--data", cluster.path("a")] + options,
            output: Pipe(), error: .nullDevice)
        try watch.wait { $0.contains("a (m1.medium) joined") }
        try cluster.write("text", String(repeating: "x\n", count: 40))
        for round in 1...4 {
            let stream = try cluster.startProcess(
                ["stream", "--quiet", "-D", "mapreduce.input.fileinputformat.split.maxsize=2"]
                    + job(cluster, "out-\(round)") + options, output: Pipe())
            try watch.wait { $0.contains("job-\(round)-map-\(5 * round)-") && $0.contains("succeeded") }
            try coordinator.fill()
            #expect(
                soon { try cluster.json(["status"] + options)["problem"] as? String ?? "" }.contains("No space left"))
            coordinator.makeRoom()
            stream.waitUntilExit()
            #expect(stream.terminationStatus == 0)
        }
        watch.end()
        let segments = try FileManager.default.contentsOfDirectory(atPath: coordinator.folder).filter {
            $0.hasSuffix(".journal")
        }
        #expect(segments.count > 8)
        let check = try cluster.run(["journal", coordinator.folder, "--check"])
        #expect(check.status == 0, "\(check.output)")

        kill(worker.processIdentifier, SIGTERM)
        worker.waitUntilExit()
        coordinator.end()
        try cluster.end()
    }

    /// Longer than what is left of the journal's last page.
    private func job(_ cluster: TestCluster, _ output: String) -> [String] {
        [
            "-input", cluster.uri("text"), "-output", cluster.uri(output), "-mapper", "cat", "-reducer", "cat",
            "-cmdenv",
            "LONG=" + String(repeating: "x", count: 8192),
        ]
    }

    /// No event tells of what is no change: asks until there is an answer, or for ten seconds.
    private func soon(_ ask: () throws -> String) -> String {
        let deadline = Date(timeIntervalSinceNow: 10)
        var answer = ""
        while answer.isEmpty, Date() < deadline { answer = (try? ask()) ?? "" }
        return answer
    }
}

/// A coordinator whose folder is a disk of its own, which only it sees.
private final class Coordinator {
    let address: String
    private let process: Process
    /// Its folder, from outside.
    let folder: String
    /// A file of nothing on that disk.
    private var filler: String { folder + "/filler" }

    init(_ cluster: TestCluster, megabytes: Int, _ more: [String] = []) throws {
        try FileManager.default.createDirectory(atPath: cluster.path("data"), withIntermediateDirectories: false)
        process = SmallDisk.process(
            cluster, on: cluster.path("data"), megabytes: megabytes,
            ["coordinator", "--data", cluster.path("data"), "--listen", "127.0.0.1:0"] + more)
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self).split(separator: "\n").first
        address = String(try #require(line?.split(separator: " ").last))
        folder = "/proc/\(process.processIdentifier)/root\(cluster.path("data"))"
    }

    func fill() throws {
        let descriptor = open(filler, O_WRONLY | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        let bytes = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, bytes, bytes.count) > 0 {}
        close(descriptor)
    }

    func makeRoom() { unlink(filler) }

    func end() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
