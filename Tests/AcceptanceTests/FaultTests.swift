import Foundation
import Testing

/// Nodes die at work; the result is the same.
@Suite(.serialized) struct FaultTests {
    @Test func aReducerOnTheOnlyContainersMakesRoomForTheMapsItWaitsFor() throws {
        // Two containers, two reducers: when the second node dies with map output, its maps have nowhere to run.
        try TestCluster.with(core: 2) { cluster in
            for number in 0..<4 { try cluster.write("in/\(number)", "\(number)\n") }
            try cluster.program("slow", "#!/bin/sh\ncat > held\necho started >> \"$STARTED\"\nsleep 0.2\ncat held\n")
            let submitted = try cluster.run([
                "stream", "-background", "-input", cluster.uri("in"), "-output", cluster.uri("out"), "-mapper", "cat",
                "-reducer", "slow", "-numReduceTasks", "8", "-files", cluster.path("slow"),
                "-cmdenv", "STARTED=\(cluster.path("started"))",
            ])
            #expect(submitted.status == 0)
            var isKilled = false
            try cluster.follow("job-1") { line in
                guard !isKilled, line.contains("-reduce-"), line.contains("succeeded") else { return }
                isKilled = true
                _ = try cluster.run(["kill", "core-2"])
            }
            #expect(isKilled)
            #expect(try cluster.run(["wait", "job-1", "--quiet"]).status == 0)
            #expect(try cluster.read("out").text == (0..<4).map { "\($0)\t" })
        }
    }

    /// The harness looks for what is left.
    @Test func downRemovesWhatAJobLeftWithoutANode() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            #expect(mkfifo(cluster.path("started"), 0o600) == 0)
            try cluster.program("wait", "#!/bin/sh\necho > \"$STARTED\"\nexec sleep 1000\n")
            let submitted = try cluster.run([
                "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper",
                "wait",
                "-reducer", "NONE", "-files", cluster.path("wait"), "-cmdenv", "STARTED=\(cluster.path("started"))",
            ])
            #expect(submitted.status == 0)
            try cluster.waitForWriter("started")
            #expect(try cluster.run(["kill", "core-1"]).status == 0)
        }
    }

    @Test func nothingUnderAKilledWorkerLivesOn() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            #expect(mkfifo(cluster.path("started"), 0o600) == 0)
            try cluster.program(
                "spawn",
                "#!/bin/sh\nsetsid sleep 1001 &\nnohup sleep 1002 >/dev/null 2>&1 &\necho > \"$STARTED\"\nexec sleep 1003\n"
            )
            let submitted = try cluster.run([
                "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper",
                "spawn",
                "-reducer", "NONE", "-files", cluster.path("spawn"), "-cmdenv", "STARTED=\(cluster.path("started"))",
            ])
            #expect(submitted.status == 0)
            try cluster.waitForWriter("started")
            expectSoon { programs(cluster).count >= 3 }
            #expect(try cluster.run(["kill", "core-1"]).status == 0)
            expectSoon { programs(cluster).isEmpty }
            // What the job has written can only be removed by a node.
            #expect(try cluster.run(["start", "core-1"]).status == 0)
            #expect(try cluster.run(["cancel", "job-1"]).status == 0)
        }
    }

    /// The user's program and what it started.
    private func programs(_ cluster: TestCluster) -> [pid_t] {
        TestCluster.processes(naming: cluster.folder).filter { !$0.command.contains("martlet ") }.map(\.pid)
    }
}
