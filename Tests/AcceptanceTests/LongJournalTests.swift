import Foundation
import Testing

/// A journal that is far longer than what it comes to: neither who checks it nor who goes on from it needs its length in
/// memory.
@Suite struct LongJournalTests {
    /// 32 MiB, or 1 GiB with `scripts/test --long`.
    private static let megabytes =
        ProcessInfo.processInfo.environment["MARTLET_LONG_TESTS"] == nil ? 32 : 1024
    private static let segmentMegabytes = megabytes == 32 ? 4 : 64
    /// One segment, and what is made of it; a process that does nothing takes some 20 megabytes.
    private static let limit = (2 * segmentMegabytes + 32) << 20
    private static let maps = 3 * megabytes
    private static let failures = 90

    @Test func itIsReadInBoundedMemory() throws {
        try ManualCluster.with(workers: []) { manual in
            manual.killCoordinator()
            try FileManager.default.removeItem(atPath: manual.cluster.path("data"))
            let written = try write(manual.cluster)
            try #require(written["bytes"] ?? 0 > Self.megabytes << 20)
            try check(manual.cluster, changes: written["changes"])
            // At the second start there is a snapshot of all but the last segment.
            for start in 1...2 {
                let peak = try goOn(manual)
                #expect(peak < Self.limit, "start \(start): \(peak) bytes")
            }
        }
    }

    /// Most of it is what failed attempts have said last, of which a job keeps some.
    private func write(_ cluster: TestCluster) throws -> [String: Int] {
        let program = URL(filePath: TestCluster.program).deletingLastPathComponent().appending(path: "sample-journal")
        let made = try TestCluster.run(
            [
                cluster.path("data"), "--maps", "\(Self.maps)", "--failures", "\(Self.failures)", "--megabytes", "1",
                "--segment-megabytes", "\(Self.segmentMegabytes)",
            ], cluster.environment, program: program.path)
        try #require(made.status == 0, "\(made.error)")
        return try #require(try JSONSerialization.jsonObject(with: Data(made.output.utf8)) as? [String: Int])
    }

    private func check(_ cluster: TestCluster, changes: Int?) throws {
        let script = """
            pid = os.spawnv(os.P_NOWAIT, martlet, ["martlet", "journal", sys.argv[2], "--check", "--json"])
            _, status, usage = os.wait4(pid, 0)
            print(status, usage.ru_maxrss * 1024)
            """
        let output = try cluster.python(script, [cluster.path("data")]).output
        let (report, end) = try #require(
            output.firstRange(of: "}\n").map { (output[..<$0.upperBound], output[$0.upperBound...]) })
        let found = try #require(try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any])
        #expect(found["changes"] as? Int == changes && found["damage"] == nil && found["torn"] == nil)
        #expect(found["segments"] as? Int ?? 0 > Self.megabytes / Self.segmentMegabytes)
        let numbers = end.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(numbers.count == 2)
        #expect(numbers[0] == 0)
        #expect(numbers[1] < Self.limit, "\(numbers[1]) bytes")
    }

    /// - Returns: Bytes that the coordinator took at most.
    private func goOn(_ manual: ManualCluster) throws -> Int {
        try manual.start(["--segment-size", "\(Self.segmentMegabytes)MiB"])
        let job = try manual.cluster.json(["job", "job-1"] + manual.options)
        #expect(job["state"] as? String == "succeeded")
        #expect((job["maps"] as? [String: Int])?["done"] == Self.maps)
        #expect(job["attemptsFailed"] as? Int == Self.maps * Self.failures)
        try waitForSnapshot(manual.cluster)
        let status = try String(contentsOfFile: "/proc/\(manual.pid)/status", encoding: .utf8)
        let kilobytes = try #require(status.firstMatch(of: #/VmHWM:\s+(\d+) kB/#).flatMap { Int($0.1) })
        manual.killCoordinator()
        return kilobytes * 1024
    }

    /// No event tells of one.
    private func waitForSnapshot(_ cluster: TestCluster) throws {
        let deadline = Date(timeIntervalSinceNow: 300)
        var names: [String] = []
        while !names.contains(where: { $0.hasSuffix(".snapshot") }), Date() < deadline {
            usleep(10_000)
            names = try FileManager.default.contentsOfDirectory(atPath: cluster.path("data"))
        }
        try #require(names.contains { $0.hasSuffix(".snapshot") })
    }
}
