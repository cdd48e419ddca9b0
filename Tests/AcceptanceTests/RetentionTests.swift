import Foundation
import SeededNumbers
import Testing

/// A coordinator that keeps only so much of its history: what it needs, and what is to be kept, is there all the same.
@Suite(.serialized) struct RetentionTests {
    /// Segments so small that a job fills many.
    private static let options = ["--segment-size", "4KiB", "--keep-history"]

    private func submit(_ manual: ManualCluster, maps: Int, output: String) throws {
        let text = sampleText(lines: maps * 20)
        try manual.cluster.write("text", text)
        try manual.cluster.submit(
            [
                "-input", manual.cluster.uri("text"), "-mapper", "cat", "-reducer", "cat", "-numReduceTasks", "1", "-D",
                "mapreduce.input.fileinputformat.split.maxsize=\(text.count / maps)",
            ] + manual.options, output: output)
    }

    private func firstSegment(_ manual: ManualCluster) throws -> Int {
        let names = try FileManager.default.contentsOfDirectory(atPath: manual.cluster.path("data"))
        return try #require(names.filter { $0.hasSuffix(".journal") }.compactMap { Int($0.dropLast(8)) }.min())
    }

    private func checked(_ manual: ManualCluster) throws -> [String: Any] {
        try manual.cluster.json(["journal", manual.cluster.path("data"), "--check"])
    }

    @Test func whatIsKeptIsReadAsIfNothingHadGone() throws {
        try ManualCluster.with(Self.options + ["8KiB"]) { manual in
            let (cluster, data) = (manual.cluster, manual.cluster.path("data"))
            let watch = try manual.watch()
            try submit(manual, maps: 200, output: "out")
            try watch.see("job-1 succeeded")
            watch.end()
            expectSoon({ (try? manual.log.contains("segments before it are removed")) == true })
            manual.killCoordinator()
            let first = try firstSegment(manual)
            try #require(first > 50)
            let lines = try cluster.run(["journal", data]).output.split(separator: "\n").map(String.init)
            #expect(lines.first?.hasPrefix("\(first)  ") == true)
            // Names that were learnt from what is gone.
            let told = watch.lines.suffix(lines.count)
            #expect(lines.count > 20 && lines.map { $0.drop { $0 != " " }.dropFirst(2) } == told.map { $0[...] })
            let check = try checked(manual)
            #expect(check["first"] as? Int == first && check["changes"] as? Int == lines.count)
            #expect((check["stateHash"] as? String)?.count == 64)
            let early = try cluster.run(["journal", data, "--until", "\(first - 2)"])
            #expect(early.status == 1 && early.error.contains("can be shown is after change \(first - 1), at "))
            let job = try cluster.json(["job", "job-1", "--history", data])
            // What is gone is only how it came to that.
            try manual.start()
            #expect(try cluster.json(["job", "job-1"] + manual.options) as NSDictionary == job as NSDictionary)
            try submit(manual, maps: 20, output: "more")
            #expect(try cluster.run(["wait", "job-2"] + manual.options).status == 0)
        }
    }

    /// 10 kills, or 100 with `scripts/test --long`.
    private static let kills = RestartTests.kills * 2

    /// Wherever it was: a segment is closed, and others go, every few dozen changes.
    @Test func whoIsKilledWhileHistoryGoesLeavesAWholeOne() throws {
        try ManualCluster.with(Self.options + ["1B"]) { manual in
            try submit(manual, maps: 200 * Self.kills, output: "out")
            let wait = try WaitingCommand(manual.cluster, ["wait", "job-1"] + manual.options)
            var random = SplitMix64(seed: 7)
            for _ in 0..<Self.kills {
                let watch = try manual.watch()
                for _ in 0..<20 + random.below(60) {
                    try #require(watch.next()?.contains("job-1 succeeded") == false)
                }
                manual.killCoordinator()
                watch.end()
                #expect(try checked(manual)["damage"] == nil)
                try manual.start()
            }
            #expect(wait.end().status == 0)
            #expect(try manual.cluster.read("out").names == ["_SUCCESS", "part-00000"])
            manual.killCoordinator()
            let check = try checked(manual)
            #expect(check["first"] as? Int ?? 0 > 100 && check["damage"] == nil)
            #expect(try !manual.log.contains("could not be made"))
        }
    }

    @Test func whatIsNoAgeAndNoSizeIsRefusedBeforeAnythingIsMade() throws {
        let cluster = try TestCluster(empty: ())
        for text in ["30", "1.5d", "never"] {
            let up = try cluster.run(["up", "--keep-history", text])
            #expect(up.status == 1)
            #expect(
                up.error.hasPrefix("martlet: --keep-history \(text): write an age such as 30d or 12h, a size such as"))
            let coordinator = try cluster.run(["coordinator", "--data", cluster.path("data"), "--keep-history", text])
            #expect(coordinator.status == 2 && coordinator.error.contains("--keep-history \(text): write an age"))
        }
        for size in ["1B", "1GiB", "64"] {
            let coordinator = try cluster.run(["coordinator", "--data", cluster.path("data"), "--segment-size", size])
            #expect(coordinator.status == 2 && coordinator.error.contains("write a size between 1KiB and 256MiB"))
        }
        for name in ["home", "data"] { #expect(!FileManager.default.fileExists(atPath: cluster.path(name))) }
        try cluster.end()
    }

    @Test func upHandsOnWhatIsToBeKept() throws {
        try TestCluster.with(core: 1, ["--keep-history", "30d,2GiB", "--supervise"]) { cluster in
            let told = {
                TestCluster.processes(naming: cluster.folder).filter { $0.command.contains("--keep-history 30d,2GiB") }
            }
            // The launcher and the coordinator, and the next one too.
            #expect(told().count == 2)
            let coordinator = try cluster.coordinator()
            kill(coordinator, SIGKILL)
            #expect(try cluster.coordinator() != coordinator)
            #expect(told().count == 2)
            let again = try cluster.run(["up", "--keep-history", "1d"])
            #expect(again.status == 0 && again.error.contains("--keep-history is as when it was started"))
        }
    }
}
