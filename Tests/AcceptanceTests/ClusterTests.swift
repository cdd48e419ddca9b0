import Foundation
import Testing

/// Clusters come and go.
@Suite(.serialized) struct ClusterTests {
    @Test func upIsIdempotentAndDownLeavesNothing() throws {
        let cluster = try TestCluster(core: 1, task: 1)
        let first = try cluster.json(["status"])
        let again = try cluster.run(["up"])
        #expect(again.status == 0)
        #expect(again.output.contains("runs at"))
        let second = try cluster.json(["status"])
        let pids = [first, second].map { ($0["coordinator"] as? [String: Any])?["pid"] as? Int }
        #expect(pids[0] != nil && pids[0] == pids[1])
        try cluster.end()
    }

    @Test func reportsHaveTheirDocumentedFields() throws {
        try TestCluster.with(core: 1, task: 1) { cluster in
            let status = try cluster.json(["status"])
            let coordinator = try #require(status["coordinator"] as? [String: Any])
            #expect(coordinator["pid"] is Int && coordinator["address"] is String)
            let nodes = try cluster.nodes()
            #expect(nodes.map { $0["role"] as? String } == ["master", "core", "task"])
            #expect(nodes.map { $0["name"] as? String } == ["master", "core-1", "task-1"])
            for node in nodes {
                #expect(node["state"] as? String == "running")
                let pid = try #require(node["pid"] as? Int)
                #expect(kill(pid_t(pid), 0) == 0)
                for field in ["instanceType", "host", "rack"] { #expect(node[field] is String, "\(field)") }
                for field in ["incarnation", "containersRunning", "containersAllowed"] {
                    #expect(node[field] is Int, "\(field)")
                }
            }
            #expect(nodes[1]["containersAllowed"] as? Int == 2)
            #expect(try cluster.run(["nodes"]).output.contains("core-1"))
        }
    }

    @Test func aKilledNodeIsLostAndStartsAgainUnderItsName() throws {
        try TestCluster.with(core: 2) { cluster in
            let before = try cluster.nodes()[1]
            #expect(try cluster.run(["kill", "core-1"]).status == 0)
            #expect(try cluster.nodes()[1]["state"] as? String == "lost")
            #expect(try cluster.run(["kill", "core-1"]).error.contains("nothing to kill"))
            #expect(try cluster.run(["start", "core-1"]).status == 0)
            let after = try cluster.nodes()[1]
            #expect(after["state"] as? String == "running")
            #expect(after["incarnation"] as? Int == 2)
            #expect(after["pid"] as? Int != before["pid"] as? Int)
            #expect(try cluster.run(["start", "core-1"]).error.contains("already"))
            #expect(try cluster.run(["kill", "cor-1"]).error.contains("did you mean core-1?"))
        }
    }

    @Test func scalingAddsAndRemovesNodes() throws {
        try TestCluster.with(core: 1) { cluster in
            #expect(try cluster.run(["scale", "--task", "2"]).status == 0)
            #expect(try cluster.nodes().count == 4)
            #expect(try cluster.run(["scale", "--task", "0"]).status == 0)
            let states = try cluster.nodes().map { $0["state"] as? String }
            #expect(states == ["running", "running", "stopped", "stopped"])
            #expect(
                try cluster.run(["scale", "--core", "1", "--instance-type", "m5.xlrage"]).error.contains("m5.xlarge"))
        }
    }

    @Test func aSecondWorkerUnderALiveNameIsRefused() throws {
        try TestCluster.with(core: 1) { cluster in
            let node = try cluster.nodes()[1]
            let status = try cluster.json(["status"])
            let address = try #require((status["coordinator"] as? [String: Any])?["address"] as? String)
            let second = try cluster.run([
                "worker", "--coordinator", address, "--name", "core-1", "--role", "core", "--data",
                cluster.path("second"),
                "--secret-file", cluster.path("home/clusters/default/secret"),
            ])
            #expect(second.status == 1)
            #expect(second.error.contains("pid \(try #require(node["pid"] as? Int))"))
            #expect(second.error.contains(try #require(node["host"] as? String)))
            #expect(try cluster.nodes()[1]["pid"] as? Int == node["pid"] as? Int)
        }
    }

    @Test func severalClustersRunAtOnceEachOnAPortOfItsOwn() throws {
        try TestCluster.with(core: 1) { cluster in
            #expect(try cluster.run(["up", "--cluster", "other", "--core", "1", "--task", "0"]).status == 0)
            let ambiguous = try cluster.run(["status"])
            #expect(ambiguous.status == 1)
            #expect(ambiguous.error.contains("--cluster"))
            let addresses = try ["default", "other"].map { name in
                (try cluster.json(["status", "--cluster", name])["coordinator"] as? [String: Any])?["address"]
                    as? String
            }
            #expect(addresses[0] != nil && addresses[0] != addresses[1])
            let byAddress = try cluster.json(["status", "--coordinator", try #require(addresses[1])])
            #expect((byAddress["coordinator"] as? [String: Any])?["address"] as? String == addresses[1])
            #expect(try cluster.run(["down", "--cluster", "other"]).status == 0)
            #expect(try cluster.run(["status"]).status == 0)
        }
    }

    @Test func topShowsNodesAndJobs() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            _ = try cluster.stream(["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat"])
            let view = try cluster.run(["top"]).output
            #expect(view.contains("core-1") && view.contains("job-1") && view.contains("succeeded"))
        }
    }

    @Test func theSecretIsReadableByItsOwnerOnly() throws {
        try TestCluster.with(core: 1) { cluster in
            let attributes = try FileManager.default.attributesOfItem(
                atPath: cluster.path("home/clusters/default/secret"))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func downCleansUpAfterADeadLauncher() throws {
        let cluster = try TestCluster(core: 2)
        let launcher = try #require(
            TestCluster.processes(naming: cluster.folder).first { $0.command.contains(" launcher ") })
        kill(launcher.pid, SIGKILL)
        try cluster.end()
    }

    @Test func commandsWithoutAClusterSayHowToStartOne() throws {
        let cluster = try TestCluster(empty: ())
        let result = try cluster.run(["status"])
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.error == "martlet: no cluster runs on this host: start one with 'martlet up'\n")
        try cluster.end()
    }

    @Test func helpIsThereForEveryCommand() throws {
        let cluster = try TestCluster(empty: ())
        let help = try cluster.run(["--help"]).output
        for command in [
            "up", "down", "status", "nodes", "scale", "stream", "jobs", "job", "tasks", "logs", "counters", "wait",
            "cancel",
            "watch", "top", "freeze", "thaw", "cut", "heal", "kill", "start", "coordinator", "worker",
        ] {
            #expect(help.contains("  \(command) "), "\(command) is not listed")
            let own = try cluster.run([command, "--help"])
            #expect(own.status == 0 && own.output.contains("USAGE"), "\(command)")
        }
        #expect(try cluster.run(["--generate-completion-script", "bash"]).output.contains("martlet"))
        try cluster.end()
    }

    @Test func cancellingRemovesWhatAJobWrote() throws {
        try TestCluster.with(core: 2) { cluster in
            try cluster.write("text", "a\n")
            #expect(mkfifo(cluster.path("started"), 0o600) == 0)
            try cluster.program("wait", "#!/bin/sh\ncat\necho > \"$STARTED\"\nexec sleep 1000\n")
            let submitted = try cluster.run([
                "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper",
                "wait",
                "-reducer", "NONE", "-files", cluster.path("wait"), "-cmdenv", "STARTED=\(cluster.path("started"))",
            ])
            #expect(submitted.status == 0)
            // Opening waits until the mapper is there.
            try cluster.waitForWriter("started")
            let cancelled = try cluster.run(["cancel", "job-1"])
            #expect(cancelled.output == "job-1 is cancelled\n")
            #expect(try cluster.run(["wait", "job-1"]).status == 1)
            #expect(!FileManager.default.fileExists(atPath: cluster.path("out")))
            #expect(TestCluster.processes(naming: cluster.folder).filter { $0.command.contains("sleep") }.isEmpty)
            #expect(try cluster.run(["cancel", "job-1"]).error.contains("ended already"))
        }
    }

    @Test func controlCEndsTheWaitingAndNotTheJob() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            let pipe = Pipe()
            let stream = try cluster.startProcess(
                [
                    "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "sleep 1000",
                    "-reducer",
                    "NONE",
                ], output: pipe)
            // It prints how far the job is once it waits.
            #expect(!pipe.fileHandleForReading.availableData.isEmpty)
            kill(stream.processIdentifier, SIGINT)
            stream.waitUntilExit()
            #expect(stream.terminationStatus == 130)
            #expect(try cluster.json(["job", "job-1"])["state"] as? String == "running")
            #expect(try cluster.run(["cancel", "job-1"]).status == 0)
        }
    }

    @Test func whatCannotBePrintedIsAFailure() throws {
        try TestCluster.with(core: 1) { cluster in
            let full = try TestCluster.run(
                ["-c", "exec '\(TestCluster.program)' nodes > /dev/full"], cluster.environment, program: "/bin/sh")
            #expect(full.status == 1)
            #expect(full.error.contains("No space left"))
        }
    }

    @Test func aContainerIsNotForHands() throws {
        let cluster = try TestCluster(empty: ())
        let result = try cluster.run(["container"])
        #expect(result.status == 2)
        #expect(result.error.contains("martlet worker"))
        try cluster.end()
    }

    @Test func theOutputOfARunningJobIsReserved() throws {
        try TestCluster.with(core: 2) { cluster in
            try cluster.write("text", "a\n")
            let arguments = [
                "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper",
                "sleep 1000",
                "-reducer", "NONE",
            ]
            #expect(try cluster.run(arguments).status == 0)
            #expect(try cluster.run(arguments).error.contains("is being written by job-1"))
            #expect(try cluster.run(["cancel", "job-1"]).status == 0)
        }
    }
}
