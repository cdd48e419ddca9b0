import Foundation
import Testing

/// What `up` and `down` do with clusters that are not as they should be.
@Suite(.serialized) struct UpDownTests {
    @Test(arguments: ["../..", "..", ".", "", "a/b", "a.lock"])
    func aNameThatIsNoneIsRefusedByEveryCommand(_ name: String) throws {
        let cluster = try TestCluster(empty: ())
        try cluster.write("home/clusters/other/precious", "kept\n")
        for command in [["down"], ["status"], ["up"], ["jobs"]] {
            let result = try cluster.run(command + ["--cluster", name])
            #expect(result.status == 1)
            #expect(result.error.contains("is no name for a cluster: use up to 60 letters"))
        }
        #expect(FileManager.default.fileExists(atPath: cluster.path("home/clusters/other/precious")))
        try cluster.end()
    }

    @Test func anEmptyVariableNamesNoCluster() throws {
        let cluster = try TestCluster(empty: ())
        for name in ["a", "b"] { try cluster.write("home/clusters/\(name)/secret", "s\n") }
        let down = try cluster.run(["down"], ["MARTLET_CLUSTER": ""])
        #expect(down.status == 1)
        #expect(down.error.contains("there are several clusters, a, b: say which with --cluster NAME"))
        #expect(FileManager.default.fileExists(atPath: cluster.path("home/clusters/a/secret")))
        try cluster.end()
    }

    @Test func aFolderThatIsNoClustersIsNotRemoved() throws {
        let cluster = try TestCluster(empty: ())
        try cluster.write("home/clusters/other/precious", "kept\n")
        for command in ["down", "up"] {
            let result = try cluster.run([command, "--cluster", "other"])
            #expect(result.status == 1)
            #expect(result.error.contains("it is no cluster's folder: move it away"))
        }
        #expect(FileManager.default.fileExists(atPath: cluster.path("home/clusters/other/precious")))
        try cluster.end()
    }

    @Test func noLockIsLeftOfAClusterThatIsNot() throws {
        let cluster = try TestCluster(empty: ())
        #expect(
            try cluster.run(["down", "--cluster", "none"]).error.contains("there is no cluster 'none' on this host"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: cluster.path("home/clusters")) == [])
        try cluster.end()
    }

    /// Whatever their order, what the last one left is what the next one finds: `end` looks for anything else.
    @Test func upsAndDownsAtOnceLeaveNothingThatDownCannotEnd() throws {
        let cluster = try TestCluster(empty: ())
        let commands = (0..<12).map { $0 % 2 == 0 ? ["up", "--core", "1", "--task", "0"] : ["down"] }
        let processes = try commands.map { try cluster.startProcess($0, output: Pipe()) }
        for process in processes { process.waitUntilExit() }
        let launchers = TestCluster.processes(naming: cluster.folder).filter { $0.command.contains(" launcher ") }
        #expect(launchers.count <= 1)
        if !FileManager.default.fileExists(atPath: cluster.path("home/clusters/default")) { #expect(launchers.isEmpty) }
        try cluster.end()
    }

    @Test func aHeartbeatTimeoutThatCannotBeIsRefusedBeforeAnythingIsMade() throws {
        let cluster = try TestCluster(empty: ())
        for timeout in ["0", "9", "3600001"] {
            let up = try cluster.run(["up", "--heartbeat-timeout", timeout])
            #expect(up.status == 1)
            #expect(up.error == "martlet: --heartbeat-timeout must be between 10 and 3600000 milliseconds\n")
        }
        #expect(!FileManager.default.fileExists(atPath: cluster.path("home")))
        try cluster.end()
    }

    @Test func aLauncherWhoseCoordinatorCannotStartSaysSoAndEnds() throws {
        let cluster = try TestCluster(empty: ())
        try cluster.write("made/secret", String(repeating: "ab", count: 32) + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: cluster.path("made/secret"))
        for name in ["logs", "processes"] { try cluster.write("made/\(name)/.kept", "") }
        let launcher = try cluster.runUnblocked([
            "launcher", "--folder", cluster.path("made"), "--heartbeat-timeout", "0",
        ])
        #expect(launcher.status == 1)
        #expect(launcher.error.contains("the coordinator ended: its process exited with status 2"))
        #expect(launcher.error.contains("--heartbeat-timeout must be between 10 and 3600000 milliseconds"))
        try cluster.end()
    }

    @Test func aClusterWhoseCoordinatorWasKilledStartsAnew() throws {
        try TestCluster.with(core: 1) { cluster in
            let before = try cluster.nodes().map { try #require($0["pid"] as? Int) }
            kill(pid_t(before[0]), SIGKILL)
            let up = try cluster.run(["up", "--core", "1", "--task", "0"])
            #expect(up.status == 0, "\(up.error)")
            #expect(up.output.contains("is ready at"))
            let after = try cluster.nodes().map { try #require($0["pid"] as? Int) }
            #expect(after.count == 2 && Set(after).isDisjoint(with: before))
            #expect(before.allSatisfy { kill(pid_t($0), 0) != 0 })
        }
    }

    @Test func aClusterWhoseCoordinatorWasKilledDoesNotRun() throws {
        try TestCluster.with(core: 1) { cluster in
            kill(pid_t(try #require(try cluster.nodes()[0]["pid"] as? Int)), SIGKILL)
            var status = try cluster.run(["status", "--cluster", "default"])
            // Until its launcher has ended too, the coordinator is merely out of reach.
            while status.error.contains("cannot be reached") {
                status = try cluster.run(["status", "--cluster", "default"])
            }
            #expect(status.status == 1)
            #expect(status.error.contains("the cluster 'default' does not run: start it with 'martlet up"))
            let log = try String(
                contentsOfFile: cluster.path("home/clusters/default/logs/launcher.log"), encoding: .utf8)
            #expect(log.contains("the coordinator ended: its process was killed by signal 9; the cluster ends"))
        }
    }

    @Test func aNumberOfNodesThatCannotBeIsRefusedBeforeAnythingIsMade() throws {
        let cluster = try TestCluster(empty: ())
        for option in ["--core=-1", "--task=-1", "--core=1001"] {
            let up = try cluster.run(["up", option])
            #expect(up.status == 1)
            #expect(up.error.contains("a cluster has between 0 and 1000 nodes of a role"))
        }
        #expect(!FileManager.default.fileExists(atPath: cluster.path("home")))
        try cluster.end()
    }

    @Test func aClusterThatWasNeverAskedForNodesGetsTheUsualOnes() throws {
        try TestCluster.with(core: 0) { cluster in
            #expect(try cluster.nodes().count == 1)
            let up = try cluster.run(["up", "--instance-type", "m1.medium"])
            #expect(up.status == 0, "\(up.error)")
            #expect(up.output.contains("1 master + 2 core + 2 task nodes"))
        }
    }

    @Test func relativePathsAreSeenFromTheWorkingFolder() throws {
        let cluster = try TestCluster(empty: ())
        let script = """
            os.chdir(sys.argv[2])
            variables = dict(os.environ, MARTLET_HOME="a/home")
            call = lambda *words: subprocess.call([martlet, *words], env=variables)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            status = [call("up", "--core", "1", "--task", "0"), call("status"), call("down")]
            coordinator = subprocess.Popen([martlet, "coordinator", "--data", "b/c", "--listen", "127.0.0.1:0"],
                stdout=subprocess.PIPE, text=True, env=variables)
            address = coordinator.stdout.readline().split()[-1]
            worker = subprocess.Popen([martlet, "worker", "--data", "d/e", "--name", "w", "--coordinator", address],
                env=variables, stderr=subprocess.PIPE, text=True)
            print(worker.stderr.readline())
            for process in [worker, coordinator]: process.terminate(); process.wait()
            sys.exit(max(status))
            """
        let result = try cluster.python(script, [cluster.folder])
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.contains("joined the cluster"))
        for name in ["a/home/clusters", "b/c", "d/e/logs"] {
            #expect(FileManager.default.fileExists(atPath: cluster.path(name)), "\(name)")
        }
        try cluster.end()
    }

    /// The journal would go with the folder that it is put into, or be left behind when all has ended.
    @Test func whereTheJournalCannotBeKeptNothingIsEnded() throws {
        try TestCluster.with(core: 1) { cluster in
            let before = try cluster.nodes().map { try #require($0["pid"] as? Int) }
            let own = cluster.path("home/clusters/default")
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: cluster.path("link"), withDestinationPath: own)
            try manager.createSymbolicLink(atPath: cluster.path("loose"), withDestinationPath: cluster.path("none"))
            var cases = [
                ("\(own)/kept", "is in the cluster's own folder"),
                ("\(own)/nodes/../kept/", "is in the cluster's own folder"),
                (cluster.path("link/kept"), "is in the cluster's own folder"),
                (cluster.path("link/logs/kept"), "is in the cluster's own folder"),
                (cluster.path("missing/kept"), "there is no folder \(cluster.path("missing"))"),
                (cluster.path("loose"), "is there already"), (own, "is there already"),
            ]
            if try device("/dev/shm") != device(own) { cases.append(("/dev/shm/martlet-kept", "another file system")) }
            for (path, reason) in cases {
                let down = try cluster.run(["down", "--keep", path])
                #expect(down.status == 1 && down.error.contains(reason), "\(path): \(down.error)")
            }
            #expect(try cluster.nodes().map { $0["pid"] as? Int } == before)
            // A name that only begins as the cluster's does.
            let beside = "\(cluster.path("link/..//"))default-kept/"
            let down = try cluster.run(["down", "--keep", beside])
            #expect(down.status == 0, "\(down.error)")
            #expect(try cluster.run(["journal", cluster.path("home/clusters/default-kept")]).status == 0)
            try manager.removeItem(atPath: cluster.path("home/clusters/default-kept"))
        }
    }

    /// Of the file system there; nil when nothing is there.
    private func device(_ path: String) throws -> dev_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_dev : nil
    }

    /// As in a container whose process 1 reaps nobody.
    @Test func aLauncherThatNobodyReapsDoesNotRun() throws {
        let cluster = try TestCluster(empty: ())
        let script = """
            becomeSubreaper = 36
            ctypes.CDLL(None).prctl(becomeSubreaper, 1, 0, 0, 0)
            up = [martlet, "up", "--core", "1", "--task", "0"]
            subprocess.check_call(up)
            launcher = int(open(os.environ["MARTLET_HOME"] + "/clusters/default/launcher").read().split()[0])
            os.kill(launcher, signal.SIGKILL)
            os.waitid(os.P_PID, launcher, os.WEXITED | os.WNOWAIT)
            print("again", flush=True)
            subprocess.check_call(up)
            """
        let result = try cluster.python(script)
        #expect(result.status == 0, "\(result.error)")
        #expect(try #require(result.output.components(separatedBy: "again").last).contains("is ready at"))
        try cluster.end()
    }

    @Test func aLauncherThatIsToldToEndCancelsTheJobs() throws {
        let cluster = try TestCluster(core: 2)
        try cluster.write("text", "a\n")
        #expect(mkfifo(cluster.path("started"), 0o600) == 0)
        try cluster.program("wait", "#!/bin/sh\ncat\necho > \"$STARTED\"\nexec sleep 1000\n")
        let submitted = try cluster.run([
            "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "wait",
            "-reducer", "NONE", "-files", cluster.path("wait"), "-cmdenv", "STARTED=\(cluster.path("started"))",
        ])
        #expect(submitted.status == 0)
        try cluster.waitForWriter("started")
        let watch = try cluster.watch()
        let launcher = try #require(
            TestCluster.processes(naming: cluster.folder).first { $0.command.contains(" launcher ") })
        kill(launcher.pid, SIGTERM)
        try watch.wait { $0.contains("job-1 was cancelled") }
        watch.end()
        // Looks for hidden folders too, once all have ended.
        try cluster.end()
    }

    @Test func aWorkerWithoutAFolderLeavesNone() throws {
        try TestCluster.with(core: 1) { cluster in
            let status = try cluster.json(["status"])
            let address = try #require((status["coordinator"] as? [String: Any])?["address"] as? String)
            let worker = try cluster.runUnblocked([
                "worker", "--coordinator", address, "--name", "../up", "--secret-file",
                cluster.path("home/clusters/default/secret"),
            ])
            #expect(worker.status == 1)
            #expect(worker.error.contains("is no node name"))
            let left = try FileManager.default.contentsOfDirectory(atPath: cluster.folder)
            #expect(left.filter { $0.hasPrefix("martlet-") } == [])
        }
    }

    @Test func daemonsRaiseTheirDescriptorLimitAndProgramsKeepTheOldOne() throws {
        let cluster = try TestCluster(empty: ())
        try cluster.write("text", "a\n")
        try cluster.program("limit", "#!/bin/sh\ncat >/dev/null\nulimit -n\n")
        let script = """
            import resource
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (250, hard))
            subprocess.check_call([martlet, "up", "--core", "1", "--task", "0"])
            subprocess.check_call([martlet, "stream", "--quiet"] + sys.argv[2:])
            for name in ["master", "core-1"]:
                pid = int(open(os.environ["MARTLET_HOME"] + "/clusters/default/processes/" + name).read().split()[0])
                assert resource.prlimit(pid, resource.RLIMIT_NOFILE)[0] == hard, name
            """
        let result = try cluster.python(
            script,
            [
                "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "limit", "-reducer", "NONE",
                "-files", cluster.path("limit"),
            ])
        #expect(result.status == 0, "\(result.error)")
        #expect(try cluster.read("out").text.map { $0.trimmingCharacters(in: .whitespaces) } == ["250"])
        try cluster.end()
    }

    @Test func aJobWithoutNodesSaysHowToGetSome() throws {
        try TestCluster.with(core: 0) { cluster in
            try cluster.write("text", "a\n")
            let pipe = Pipe()
            let stream = try cluster.startProcess(
                [
                    "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "cat",
                    "-reducer", "NONE",
                ], output: pipe)
            let first = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
            #expect(first.hasPrefix("no node runs: start one with 'martlet start NODE' or 'martlet scale'\n"))
            #expect(try cluster.run(["scale", "--core", "1"]).status == 0)
            stream.waitUntilExit()
            #expect(stream.terminationStatus == 0)
        }
    }

    @Test func killingTheMasterIsRefusedAndScalingKeepsTheType() throws {
        try TestCluster.with(core: 1) { cluster in
            let killed = try cluster.run(["kill", "master"])
            #expect(killed.status == 1 && killed.error.contains("the master is the coordinator"))
            #expect(try cluster.run(["scale", "--core", "2", "--task", "1"]).status == 0)
            #expect(try cluster.nodes().dropFirst().allSatisfy { $0["instanceType"] as? String == "m1.medium" })
            try cluster.write("text", "a\n")
            let stream = try cluster.run([
                "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "cat", "-reducer",
                "NONE",
            ])
            #expect(stream.status == 0 && stream.output.contains("job-1: map 100 %\n"))
            #expect(!stream.output.contains("reduce"))
        }
    }
}

extension TestCluster {
    /// Runs a command with variables of its own beside the cluster's.
    func run(_ arguments: [String], _ variables: [String: String]) throws -> Result {
        try Self.run(arguments, environment.merging(variables) { $1 })
    }

    /// Runs a command with no signal blocked, as a shell does: a process started from a thread of Dispatch's has some.
    func runUnblocked(_ arguments: [String]) throws -> Result {
        try python("signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execv(martlet, sys.argv[1:])", arguments)
    }

    /// Runs a script that has `martlet`, the program's path, as its first argument too.
    func python(_ script: String, _ arguments: [String] = []) throws -> Result {
        let imports = "import ctypes, os, pty, signal, subprocess, sys\nmartlet = sys.argv[1]\n"
        return try Self.run(
            ["python3", "-c", imports + script, Self.program] + arguments, environment, program: "/usr/bin/env")
    }
}
