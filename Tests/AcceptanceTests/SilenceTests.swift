import Foundation
import Testing

/// Nodes that are silent and not dead.
@Suite(.serialized) struct SilenceTests {
    @Test func aFrozenNodeIsLostFencedAndJoinsAgain() throws {
        try job { cluster, _ in
            try silence(cluster, with: ["freeze", "core-1"], endedBy: ["thaw", "core-1"])
        }
    }

    @Test(arguments: ["both", "inbound", "outbound"]) func aNodeThatIsCutOffIsLostFencedAndJoinsAgain(
        direction: String
    ) throws {
        try job { cluster, _ in
            let sign = direction == "inbound" ? "it heard nothing" : "it was silent"
            try silence(
                cluster, with: ["cut", "core-1", "--direction", direction], endedBy: ["heal", "core-1"], sign: sign)
        }
    }

    /// Its containers go on while it is judged: what they finish must not count.
    @Test func aWorkerStoppedAloneIsLostWhileItsContainersRun() throws {
        try job { cluster, watch in
            let pid = try #require(try cluster.nodes()[1]["pid"] as? Int)
            kill(pid_t(pid), SIGSTOP)
            try watch.wait { $0.contains("core-1 is lost") }
            kill(pid_t(pid), SIGCONT)
            try watch.wait { $0.contains("core-1 (m1.medium) joined") }
        }
    }

    /// It finds them together with the end of its connection, and its work is others' by then.
    @Test func aStoppedWorkerDoesNotBeginWhatItWasToldBeforeItWasLost() throws {
        try TestCluster.with(core: 2, heartbeatTimeout: 1000) { cluster in
            for name in ["a", "b", "c", "d"] { try cluster.write("in/\(name)", name) }
            let pid = try #require(try cluster.nodes()[1]["pid"] as? Int)
            kill(pid_t(pid), SIGSTOP)
            let watch = try cluster.watch()
            let output = try cluster.stream([
                "-input", cluster.uri("in"), "-mapper", "cat", "-numReduceTasks", "0",
                "-inputformat", "org.apache.hadoop.mapred.TextInputFormat",
            ])
            #expect(output.text.sorted() == ["a\t", "b\t", "c\t", "d\t"])
            try watch.wait { $0.contains("runs on core-1") }
            kill(pid_t(pid), SIGCONT)
            try watch.wait { $0.contains("core-1 (m1.medium) joined") }
            watch.end()
            let names = try FileManager.default.contentsOfDirectory(atPath: cluster.path(""))
            #expect(names.filter { $0.hasPrefix(".martlet") } == [])
        }
    }

    /// Among the orders is one to kill: it begins no other.
    @Test func aStoppedWorkerThatFindsAKillBeginsNothingElse() throws {
        try TestCluster.with(core: 2, heartbeatTimeout: 1000, ["--instance-type", "m5.xlarge"]) { cluster in
            for name in ["a", "b"] { try cluster.write("in/\(name)", name) }
            let pid = try #require(try cluster.nodes()[1]["pid"] as? Int)
            kill(pid_t(pid), SIGSTOP)
            let watch = try cluster.watch()
            func submit(_ mapper: String, _ output: String) throws {
                let submitted = try cluster.run([
                    "stream", "-background", "-input", cluster.uri("in"), "-output", cluster.uri(output), "-mapper",
                    mapper, "-numReduceTasks", "0", "-D", "mapreduce.job.inputformat.class=TextInputFormat",
                ])
                #expect(submitted.status == 0, "\(submitted.error)")
            }
            try submit("sleep 60", "first")
            try watch.wait { $0.contains("job-1-map") && $0.contains("runs on core-1") }
            try submit("cat", "second")
            try watch.wait { $0.contains("job-2-map") && $0.contains("runs on core-1") }
            #expect(try cluster.run(["cancel", "job-1"]).status == 0)
            #expect(try cluster.run(["wait", "job-2", "--quiet"]).status == 0)
            #expect(try cluster.run(["wait", "job-1", "--quiet"]).status != 0)
            kill(pid_t(pid), SIGCONT)
            try watch.wait { $0.contains("core-1 (m5.xlarge) joined") }
            watch.end()
            let names = try FileManager.default.contentsOfDirectory(atPath: cluster.path(""))
            #expect(names.filter { $0.hasPrefix(".martlet") } == [])
        }
    }

    @Test func aShortBlipLosesNothing() throws {
        try TestCluster.with(core: 2, heartbeatTimeout: 20_000) { cluster in
            for order in [["freeze", "core-1"], ["thaw", "core-1"], ["cut", "core-2"], ["heal", "core-2"]] {
                #expect(try cluster.run(order).status == 0)
            }
            try cluster.write("text", "a\n")
            #expect(
                try cluster.stream(["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat"]).text == ["a\t"]
            )
            #expect(try cluster.nodes().map { $0["incarnation"] as? Int } == [1, 1, 1])
        }
    }

    @Test func theCoordinatorsOwnStallLosesNoNode() throws {
        try TestCluster.with(core: 2, heartbeatTimeout: 1000) { cluster in
            let pid = try #require((try cluster.json(["status"])["coordinator"] as? [String: Any])?["pid"] as? Int)
            kill(pid_t(pid), SIGSTOP)
            // The length of the stall is what is tested; nothing tells when it is over.
            Thread.sleep(forTimeInterval: 3)
            kill(pid_t(pid), SIGCONT)
            let nodes = try cluster.nodes()
            #expect(nodes.map { $0["incarnation"] as? Int } == [1, 1, 1])
            #expect(nodes.map { $0["state"] as? String } == ["running", "running", "running"])
        }
    }

    @Test func whatCannotBeStoppedIsRefused() throws {
        try TestCluster.with(core: 1) { cluster in
            let killed = try cluster.run(["kill", "core-1"])
            #expect(killed.status == 0)
            #expect(try cluster.run(["freeze", "core-1"]).error.contains("nothing to stop"))
            #expect(try cluster.run(["cut", "core-2"]).error.contains("did you mean core-1?"))
            #expect(try cluster.run(["cut", "core-1", "--direction", "up"]).error.contains("inbound"))
        }
    }

    // MARK: -

    private func silence(
        _ cluster: TestCluster, with begin: [String], endedBy end: [String], sign: String = "it was silent"
    ) throws {
        let watch = try cluster.watch()
        #expect(try cluster.run(begin).status == 0)
        try watch.wait { $0.contains("core-1 is lost: \(sign)") }
        #expect(try cluster.nodes()[1]["state"] as? String == "lost")
        #expect(try cluster.run(end).status == 0)
        try watch.wait { $0.contains("core-1 (m1.medium) joined") }
        watch.end()
        #expect(try cluster.nodes()[1]["incarnation"] as? Int == 2)
    }

    /// Runs a job, does the body to the cluster meanwhile, and compares the result.
    private func job(_ body: (TestCluster, TestCluster.Watch) throws -> Void) throws {
        try TestCluster.with(core: 3, heartbeatTimeout: 1000) { cluster in
            let text = sampleText(lines: 30_000)
            try cluster.write("text", text)
            let watch = try cluster.watch()
            let submitted = try cluster.run(
                [
                    "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"),
                    "-numReduceTasks", "3",
                    "-D", "mapreduce.input.fileinputformat.split.maxsize=60000",
                ] + TestCluster.wordCount)
            #expect(submitted.status == 0)
            try watch.wait { $0.contains("-map-") && $0.contains("succeeded") }
            try body(cluster, watch)
            watch.end()
            #expect(try cluster.run(["wait", "job-1", "--quiet"]).status == 0)
            let output = try cluster.read("out")
            #expect(output.text == TestCluster.countWords(text))
            #expect(output.names == ["_SUCCESS", "part-00000", "part-00001", "part-00002"])
        }
    }
}
