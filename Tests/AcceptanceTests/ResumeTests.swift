import Foundation
import Testing

/// All of a cluster dies at once, as with its machine, and another one goes on from its journal.
@Suite(.serialized) struct ResumeTests {
    /// In the middle of its maps, some of which are done; the output of those goes with the nodes.
    private func wreck(_ cluster: TestCluster) throws -> RecordedJob {
        let job = try RecordedJob(cluster)
        let watch = try cluster.watch()
        try job.submit()
        for _ in 0..<5 { try watch.wait { $0.contains("-map-") && $0.contains("succeeded") } }
        watch.end()
        cluster.killAll()
        return job
    }

    @Test(arguments: [[], ["--core", "3"]]) func aJobOutlivesItsCluster(more: [String]) throws {
        try TestCluster.with(core: 2, task: 1) { cluster in
            let address = try cluster.address()
            let job = try wreck(cluster)
            let done = try cluster.text("runs").split(separator: "\n")
            let up = try cluster.run(["up", "--resume", "--instance-type", "m1.medium"] + more)
            #expect(up.status == 0, "\(up.error)")
            #expect(up.output.contains("cluster 'default' goes on at \(address): 1 master + "))
            #expect(up.output.contains("unfinished jobs that go on: job-1\n"))
            let wait = try cluster.run(["wait", "job-1"])
            #expect(wait.status == 0, "\(wait.error)")
            try job.checkOutput()
            try job.checkTasks(mayFail: true)
            // Finished, and made again, since a reducer needs them.
            let runs = try cluster.text("runs").split(separator: "\n")
            #expect(done.count >= 5 && done.allSatisfy { id in runs.count { $0 == id } > 1 })
            try sameNodes(cluster, core: more.isEmpty ? 2 : 3)
        }
    }

    /// Of the same names, and of new processes.
    private func sameNodes(_ cluster: TestCluster, core: Int) throws {
        let nodes = try cluster.nodes().dropFirst()
        let cores = (1...core).map { "core-\($0)" }
        #expect(nodes.compactMap { $0["name"] as? String }.sorted() == cores + ["task-1"])
        #expect(nodes.allSatisfy { $0["state"] as? String == "running" })
        #expect(nodes.count { $0["incarnation"] as? Int == 2 } == 3)
        let lines = try cluster.run(["journal", cluster.path("home/clusters/default")]).output.split(separator: "\n")
        #expect(lines.count { $0.contains("it ended with the cluster, which goes on without it") } == 3)
        let check = try cluster.json(["journal", cluster.path("home/clusters/default"), "--check"])
        #expect(check["damage"] == nil && check["first"] as? Int == 1)
    }

    /// Whoever waited is not told that the cluster has ended, but how the job has.
    @Test func whoWaitsForTheJobGetsTheAnswer() throws {
        try TestCluster.with(core: 2, ["--supervise"]) { cluster in
            let job = try RecordedJob(cluster)
            let watch = try cluster.watch()
            try job.submit()
            let wait = try WaitingCommand(cluster, ["wait", "job-1"])
            try watch.wait { $0.contains("-map-") && $0.contains("succeeded") }
            watch.end()
            cluster.killAll(except: [" wait job-1"])
            let up = try cluster.run(["up", "--resume", "--supervise"])
            #expect(up.status == 0, "\(up.error)")
            let (status, text) = wait.end()
            #expect(status == 0 && text.contains("job-1 succeeded in"), "\(text)")
            try job.checkOutput()
        }
    }

    @Test func withoutBeingToldSoNoUnfinishedJobIsDropped() throws {
        try TestCluster.with(core: 2) { cluster in
            let job = try wreck(cluster)
            for _ in 1...2 {
                let up = try cluster.run(["up"])
                #expect(up.status == 1)
                #expect(
                    up.error.contains(
                        "has ended by itself with an unfinished job, job-1: 'martlet up --resume' goes on"))
            }
            // Not even when it ends again.
            #expect(try cluster.run(["up", "--resume"]).status == 0)
            cluster.killAll()
            #expect(try cluster.run(["up"]).status == 1)
            let up = try cluster.json(["up", "--resume"])
            #expect(up["resumedJobs"] as? [String] == ["job-1"])
            #expect(try cluster.run(["wait", "job-1"]).status == 0)
            try job.checkOutput()
            cluster.killAll()
            let anew = try cluster.run(["up", "--core", "1", "--task", "0"])
            #expect(anew.status == 0 && anew.output.contains("is ready at"))
            #expect(
                anew.error.contains("its history, of a job that had ended too, is dropped; --resume goes on from it"))
            #expect(try cluster.json(["jobs"])["jobs"] as? [[String: String]] == [])
        }
    }

    /// The launcher is gone, and those that it started are not.
    @Test func whatStillRunsOfItIsEnded() throws {
        try TestCluster.with(core: 2) { cluster in
            let before = try cluster.nodes().compactMap { $0["pid"] as? Int }
            let words = try cluster.text("home/clusters/default/launcher").split(separator: " ")
            kill(try #require(pid_t(words[0])), SIGKILL)
            let up = try cluster.run(["up", "--resume"])
            #expect(up.status == 0, "\(up.error)")
            let nodes = try cluster.nodes()
            #expect(nodes.count == 3 && nodes.allSatisfy { $0["state"] as? String == "running" })
            #expect(Set(nodes.compactMap { $0["pid"] as? Int }).isDisjoint(with: before))
        }
    }

    @Test func aPortThatSomebodyHasTakenIsReplaced() throws {
        try TestCluster.with(core: 1) { cluster in
            let address = try cluster.address()
            cluster.killAll()
            let socket = try #require(TakenPort(address))
            defer { socket.close() }
            let up = try cluster.run(["up", "--resume"])
            #expect(up.status == 0, "\(up.error)")
            #expect(try cluster.address() != address)
            #expect(try cluster.nodes().count == 2)
        }
    }

    @Test func aJournalThatIsDamagedIsNotDropped() throws {
        try TestCluster.with(core: 1) { cluster in
            cluster.killAll()
            try cluster.damageJournal("home/clusters/default/coordinator")
            for option in [[], ["--resume"]] {
                let up = try cluster.run(["up"] + option)
                #expect(up.status == 1)
                #expect(up.error.contains("is damaged at byte 20") && up.error.contains("'martlet down' removes it"))
            }
        }
    }

    @Test func withNothingToGoOnFromOneStartsAnew() throws {
        try TestCluster.with(core: 1, ["--resume"]) { cluster in
            let up = try cluster.run(["up", "--resume"])
            #expect(up.status == 0 && up.output.contains("runs at") && up.error.isEmpty)
        }
    }
}

/// A port that somebody else listens on.
private struct TakenPort {
    private let descriptor: Int32

    init?(_ address: String) {
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else { return nil }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = inet_addr("127.0.0.1")
        let bound = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(descriptor, 1) == 0 else { return nil }
    }

    func close() { _ = Foundation.close(descriptor) }
}

extension TestCluster {
    /// HOST:PORT of the coordinator.
    fileprivate func address() throws -> String {
        try #require((try json(["status"])["coordinator"] as? [String: Any])?["address"] as? String)
    }

    /// Kills everything at once that belongs to the cluster, and waits until it is gone.
    ///
    /// - Parameter exempt: Parts of command lines of those that are not meant.
    fileprivate func killAll(except exempt: [String] = []) {
        let left = {
            Self.processes(naming: self.folder).filter { process in !exempt.contains { process.command.contains($0) } }
        }
        // Stopped first, so that nobody sees another's end.
        for signal in [SIGSTOP, SIGKILL] { for process in left() { kill(process.pid, signal) } }
        expectSoon({ left().isEmpty }, "\(left())")
    }
}
