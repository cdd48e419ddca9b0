import Foundation
import Testing

/// A slow attempt is overtaken by a backup task, unless its job wants none.
@Suite(.serialized) struct StragglerTests {
    @Test func aBackupOvertakesAMapThatHangs() throws {
        try slow(kind: "map", reducers: 2) { cluster, watch in
            try watch.wait { $0.contains("job-1-map-2-1.1 runs on") && $0.contains("a backup for a slow one") }
            try watch.wait { $0.contains("job-1-map-2-1.0 was killed: another attempt of its task was quicker") }
        }
    }

    @Test func aBackupOvertakesAReducerThatHangs() throws {
        try slow(kind: "reduce", reducers: 3) { cluster, watch in
            try watch.wait { $0.contains("job-1-reduce-2-1.1 runs on") && $0.contains("a backup for a slow one") }
            try watch.wait { $0.contains("job-1-reduce-2-1.0 was killed: another attempt of its task was quicker") }
        }
    }

    @Test func bothAttemptsAreListedWithWhatBecameOfThem() throws {
        try slow(kind: "map", reducers: 1) { cluster, watch in
            try watch.wait { $0.contains("job-1 succeeded") }
            let slow = try #require(try cluster.tasks("job-1").first { $0.id == "job-1-map-2" })
            #expect(slow.attempts.map(\.state) == ["killed", "succeeded"])
            #expect(slow.attempts.map(\.id) == ["job-1-map-2-1.0", "job-1-map-2-1.1"])
            #expect(slow.attempts[0].reason == "another attempt of its task was quicker")
            #expect(slow.failures == 0)
        }
    }

    @Test func aJobWithoutSpeculationWaits() throws {
        try TestCluster.with(core: 3) { cluster in
            #expect(mkfifo(cluster.path("gate"), 0o600) == 0)
            try cluster.program(
                "map",
                "#!/bin/sh\ncase $mapreduce_task_attempt_id in *-map-2-1.0) read -r line < \"$GATE\";; esac\ncat\n")
            let watch = try cluster.watch()
            for number in 0..<6 { try cluster.write("in/\(number)", "\(number)\n") }
            let submitted = try cluster.run(
                [
                    "stream", "-background", "--no-speculation", "-input", cluster.uri("in"), "-output",
                    cluster.uri("out"), "-mapper", "map", "-reducer", "NONE", "-files", cluster.path("map"),
                    "-cmdenv", "GATE=\(cluster.path("gate"))",
                ])
            #expect(submitted.status == 0, "\(submitted.error)")
            // The others are done, and others yet come and go, for as long as a backup would have needed to appear.
            var done = 0
            try watch.wait { line in
                if line.contains("-map-") && line.contains("succeeded") { done += 1 }
                return done == 5
            }
            try cluster.write("text", "a\n")
            for number in 0..<8 {
                _ = try cluster.stream(
                    ["-input", cluster.uri("text"), "-mapper", "sleep 0.3", "-reducer", "NONE"],
                    output: "other-\(number)")
            }
            try Data("go\n".utf8).write(to: URL(filePath: cluster.path("gate")))
            var backups = 0
            try watch.wait { line in
                if line.contains("a backup for a slow one") { backups += 1 }
                return line.contains("job-1 succeeded")
            }
            #expect(backups == 0)
            watch.end()
        }
    }

    /// Runs a job whose third task of the kind hangs in its first attempt.
    private func slow(
        kind: String, reducers: Int, _ body: (TestCluster, TestCluster.Watch) throws -> Void
    ) throws {
        try TestCluster.with(core: 3) { cluster in
            try cluster.program(
                "hang",
                "#!/bin/sh\ncase $mapreduce_task_attempt_id in *-\(kind)-2-1.0) exec sleep 1000;; esac\nexec cat\n")
            for number in 0..<6 { try cluster.write("in/\(number)", "\(number)\n") }
            let watch = try cluster.watch()
            let submitted = try cluster.run([
                "stream", "-background", "-input", cluster.uri("in"), "-output", cluster.uri("out"), "-mapper", "hang",
                "-reducer", "hang", "-numReduceTasks", "\(reducers)", "-files", cluster.path("hang"),
            ])
            #expect(submitted.status == 0, "\(submitted.error)")
            try body(cluster, watch)
            watch.end()
            #expect(try cluster.run(["wait", "job-1", "--quiet"]).status == 0)
            let output = try cluster.read("out")
            #expect(output.text == (0..<6).map { "\($0)\t" })
            #expect(output.names.count == reducers + 1)
        }
    }
}
