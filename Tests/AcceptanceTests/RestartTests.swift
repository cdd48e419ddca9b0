import Foundation
import Testing

/// The coordinator dies and another goes on from its journal: nothing finished runs again, and whoever waits gets the answer.
@Suite(.serialized) struct RestartTests {
    /// When the coordinator is killed: at the first change of which this is true.
    enum Moment: String, CaseIterable {
        case maps = "-map-"
        case reduces = "-reduce-"
        case commit = "commits it"

        func isNow(_ line: String) -> Bool {
            switch self {
            case .maps: line.contains(rawValue) && line.contains("succeeded")
            case .reduces: line.contains(rawValue) && line.contains("runs on")
            case .commit: line.contains(rawValue)
            }
        }
    }

    @Test(arguments: Moment.allCases) func aJobOutlivesItsCoordinator(moment: Moment) throws {
        try TestCluster.with(core: 3, heartbeatTimeout: 10_000, ["--supervise"]) { cluster in
            let job = try RecordedJob(cluster)
            let watch = try cluster.watch()
            try job.submit()
            let wait = try WaitingCommand(cluster, ["wait", "job-1"])
            let coordinator = try cluster.coordinator()
            try watch.wait(for: moment.isNow)
            kill(coordinator, SIGKILL)
            try watch.wait { $0.contains("the coordinator started, epoch 2") }
            try watch.see("job-1 succeeded")
            watch.end()
            let (status, text) = wait.end()
            #expect(status == 0)
            #expect(text.count("the coordinator is gone: waiting for it to come back") <= 1)
            #expect(text.split(separator: "\n").last?.hasPrefix("job-1 succeeded in") == true, "\(text)")
            try job.checkOutput()
            try job.checkThatNothingRanTwice()
            try job.checkTasks()
            #expect(try cluster.nodes().map { $0["incarnation"] as? Int } == [1, 1, 1, 1])
        }
    }

    /// The commit is done once, though nobody is left who knows how far it was.
    @Test func aCommitOutlivesItsCoordinatorAndItsNode() throws {
        try TestCluster.with(core: 3, heartbeatTimeout: 2000, ["--supervise"]) { cluster in
            let job = try RecordedJob(cluster)
            let watch = try cluster.watch()
            try job.submit()
            let wait = try WaitingCommand(cluster, ["wait", "job-1", "--quiet"])
            try watch.wait { $0.contains("-commit-") && $0.contains("runs on") }
            let name = try #require(watch.lines.last?.split(separator: " ").last)
            let pids = try ["master", String(name)].map { try cluster.noted($0) }
            for pid in pids { kill(pid, SIGKILL) }
            try watch.see("job-1 succeeded")
            watch.end()
            #expect(wait.end().status == 0)
            try job.checkOutput()
        }
    }

    /// 5 kills, or 50 with `scripts/test --long`.
    static let kills = ProcessInfo.processInfo.environment["MARTLET_LONG_TESTS"] == nil ? 5 : 50

    @Test(arguments: 1...2) func coordinatorsAndNodesDieAtRandom(seed: Int) throws {
        try TestCluster.with(core: 4, heartbeatTimeout: 1000, ["--supervise", "--record"]) { cluster in
            let job = try RecordedJob(cluster, maps: 20 + Self.kills * 8, seed: seed)
            let watch = try cluster.watch()
            try job.submit()
            let wait = try WaitingCommand(cluster, ["wait", "job-1"])
            var reaper = Reaper(cluster, watch, seed: seed)
            for _ in 0..<Self.kills { try reaper.strike() }
            try reaper.mend()
            try watch.see("job-1 succeeded")
            watch.end()
            let (status, text) = wait.end()
            #expect(status == 0, "seed \(seed): \(text)")
            try job.checkOutput()
            try job.checkTasks(mayFail: true)
            let epochs = watch.lines.count { $0.contains("the coordinator started, epoch") }
            #expect(epochs >= Self.kills, "seed \(seed): the job was over too early")
            try checkThatAllIsDecidedAgain(cluster, seed)
        }
    }

    /// Every event was kept, through all the deaths.
    private func checkThatAllIsDecidedAgain(_ cluster: TestCluster, _ seed: Int) throws {
        let folder = cluster.path("home/clusters/default")
        let replay = try cluster.run(["journal", folder, "--replay", "--json"])
        #expect(replay.status == 0, "seed \(seed): \(replay.output)\(replay.error)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(replay.output.utf8)) as? [String: Any])
        let changes = try #require(report["changes"] as? Int)
        let lines = try cluster.run(["journal", folder, "--events"]).output.split(separator: "\n")
        let events = lines.filter { $0.hasPrefix("    ") }
        #expect(events.count == report["events"] as? Int)
        #expect(lines.count - events.count == changes)
        #expect(events.contains { $0.hasSuffix("has succeeded") })
    }

    @Test func aSubmissionWhoseAnswerDoesNotComeSaysSo() throws {
        try TestCluster.with(core: 1, ["--supervise"]) { cluster in
            try cluster.write("text", "a\n")
            // It ends at the next byte that it writes to its journal or log.
            let pid = try cluster.coordinator()
            let limit = try TestCluster.run(["--pid", "\(pid)", "--fsize=0"], cluster.environment, program: "prlimit")
            try #require(limit.status == 0, "\(limit.error)")
            let stream = try cluster.run([
                "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "cat", "-reducer",
                "NONE",
            ])
            #expect(stream.status == 1)
            #expect(stream.error.contains("whether it has taken the job is not known: 'martlet jobs' lists it if so"))
            #expect(try cluster.json(["jobs"])["jobs"] as? [[String: String]] == [])
            #expect(try cluster.coordinator() != pid)
        }
    }

    @Test func aCoordinatorThatCannotGoOnIsGivenUp() throws {
        try TestCluster.with(core: 1, ["--supervise"]) { cluster in
            try cluster.damageJournal("home/clusters/default/coordinator")
            kill(try cluster.coordinator(), SIGKILL)
            var status = try cluster.run(["status", "--cluster", "default"])
            while status.error.contains("cannot be reached") {
                status = try cluster.run(["status", "--cluster", "default"])
            }
            #expect(status.error.contains("the cluster 'default' does not run"))
            let log = try cluster.text("home/clusters/default/logs/launcher.log")
            #expect(log.contains("is damaged at byte 20") && log.contains("6 times in a row, soon after its start"))
        }
    }

    @Test func downEndsAClusterWhoseCoordinatorIsDead() throws {
        try TestCluster.with(core: 1, ["--supervise"]) { cluster in
            let job = try RecordedJob(cluster)
            let watch = try cluster.watch()
            try job.submit()
            try watch.wait { $0.contains("runs on") }
            kill(try cluster.coordinator(), SIGKILL)
            // What the end of the test looks at: nothing is left of the job, which another coordinator has cancelled.
            #expect(try cluster.run(["down"]).status == 0)
            watch.end()
        }
    }

    @Test func whoeverFollowsAClusterIsToldOfItsEnd() throws {
        try TestCluster.with(core: 1, ["--supervise"]) { cluster in
            let watch = try cluster.watch()
            let down = try cluster.run(["down"])
            #expect(down.status == 0, "\(down.error)")
            watch.expectEnd()
        }
    }

    @Test func withoutSupervisionNobodyWaitsForACoordinator() throws {
        try TestCluster.with(core: 1) { cluster in
            let watch = try cluster.watch()
            kill(try cluster.noted("master"), SIGKILL)
            watch.expectEnd()
        }
    }

    @Test func superviseCannotBeChanged() throws {
        try TestCluster.with(core: 1) { cluster in
            let up = try cluster.run(["up", "--supervise"])
            #expect(up.status == 1 && up.error.contains("runs without --supervise"))
        }
        try TestCluster.with(core: 1, ["--supervise"]) { cluster in
            let up = try cluster.run(["up", "--supervise", "--core", "1", "--task", "0"])
            #expect(up.status == 0, "\(up.error)")
        }
    }
}
