import Foundation
import Testing

/// A disk that is soon full, with a worker's folder on it. Only the worker and what it starts see it, and it is gone with
/// them, whatever becomes of the test.
struct SmallDisk {
    private let cluster: TestCluster
    private var workers: [Process] = []

    /// Runs the body on a cluster whose nodes are all on such a disk, with another attempt beside and a job afterwards.
    static func with(megabytes: Int, nodes: Int = 1, _ body: (TestCluster, SmallDisk) throws -> Void) throws {
        try TestCluster.with(core: 0) { cluster in
            var disk = try SmallDisk(cluster, megabytes: megabytes)
            defer { disk.end() }
            for number in 1..<nodes { try disk.addNode("small-\(number)") }
            try Flood.on(cluster) { try body(cluster, disk) }
        }
    }

    /// Whether this user may mount a disk for itself.
    static let isPossible: Bool = {
        let trial = try? TestCluster.run(
            unshare + ["mount", "-t", "tmpfs", "tmpfs", "/mnt"], ProcessInfo.processInfo.environment,
            program: "/usr/bin/unshare")
        return trial?.status == 0
    }()

    private static let unshare = getuid() == 0 ? ["--mount"] : ["--mount", "--map-root-user"]

    /// The product's program, not yet started, that alone will see a disk of its own in the place of a folder.
    static func process(_ cluster: TestCluster, on folder: String, megabytes: Int, _ arguments: [String]) -> Process {
        let script = "mount -t tmpfs -o size=\(megabytes)m tmpfs \"$0\" && exec \"$@\""
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = unshare + ["sh", "-c", script, folder, TestCluster.program] + arguments
        process.environment = cluster.environment
        process.standardInput = FileHandle.nullDevice
        return process
    }

    private init(_ cluster: TestCluster, megabytes: Int) throws {
        self.cluster = cluster
        try FileManager.default.createDirectory(atPath: cluster.path("disk"), withIntermediateDirectories: false)
        try cluster.write("worker.log", "")
        let worker = Self.process(
            cluster, on: cluster.path("disk"), megabytes: megabytes, try arguments("small"))
        try start(worker, "small")
    }

    /// Another worker that sees the disk.
    private mutating func addNode(_ name: String) throws {
        let spaces = "/proc/\(workers[0].processIdentifier)/ns"
        let worker = Process()
        worker.executableURL = URL(filePath: "/usr/bin/nsenter")
        worker.arguments =
            (getuid() == 0 ? [] : ["--user=\(spaces)/user", "--preserve-credentials"])
            + ["--mount=\(spaces)/mnt", TestCluster.program] + (try arguments(name))
        worker.environment = cluster.environment
        worker.standardInput = FileHandle.nullDevice
        try start(worker, name)
    }

    private func arguments(_ name: String) throws -> [String] {
        let status = try cluster.json(["status"])
        let address = try #require((status["coordinator"] as? [String: Any])?["address"] as? String)
        return [
            "worker", "--coordinator", address, "--secret-file", cluster.path("home/clusters/default/secret"), "--name",
            name, "--role", "core", "--instance-type", "m1.medium", "--data", cluster.path("disk/\(name)"),
        ]
    }

    private mutating func start(_ worker: Process, _ name: String) throws {
        worker.standardError = FileHandle(forWritingAtPath: cluster.path("worker.log"))
        let watch = try cluster.watch()
        defer { watch.end() }
        try worker.run()
        workers.append(worker)
        try watch.wait { $0.contains("\(name) (") }
    }

    /// The first last: the disk goes with its process.
    private func end() {
        for worker in workers.reversed() {
            worker.terminate()
            worker.waitUntilExit()
            #expect(worker.terminationStatus == 0)
        }
    }

    /// Whether there will be so much room on it: what is removed is so behind the attempt's back.
    func frees(_ byteCount: Int) -> Bool {
        let deadline = Date(timeIntervalSinceNow: 10)
        while freeBytes < byteCount && Date() < deadline { sched_yield() }
        return freeBytes >= byteCount
    }

    /// As the worker sees it.
    private var freeBytes: Int {
        var status = statvfs()
        guard statvfs("/proc/\(workers[0].processIdentifier)/root\(cluster.path("disk"))", &status) == 0 else {
            return 0
        }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
