import Foundation
import Testing

/// The folder of a coordinator, between one and the next.
@Suite(.serialized) struct JournalTests {
    @Test func aSecondCoordinatorOnAFolderIsRefused() throws {
        try ManualCluster.with { manual in
            let second = try manual.run()
            #expect(second.status == 1)
            #expect(
                second.error.contains(
                    "\(manual.cluster.path("data")) is the folder of the coordinator with pid \(manual.pid): end that"))
            #expect(try manual.cluster.run(["status"] + manual.options).status == 0)
            manual.killCoordinator()
            // Who is dead holds nothing.
            try manual.start()
        }
    }

    /// What a crash may leave of the last write.
    enum Tear: CaseIterable {
        /// A frame of which the beginning is there.
        case begun
        /// Room for one, with nothing in it.
        case zeros
        /// A whole one that has lost its end; it had been synced, which is more than is promised.
        case cut
    }

    @Test(arguments: Tear.allCases) func aTornTailIsSaidAndGoneOnFrom(tear: Tear) throws {
        try ManualCluster.with { manual in
            let job = try RecordedJob(manual.cluster)
            let watch = try manual.watch()
            try job.submit(manual.options)
            let wait = try WaitingCommand(manual.cluster, ["wait", "job-1"] + manual.options)
            try watch.wait { $0.contains("-map-") && $0.contains("succeeded") }
            watch.end()
            manual.killCoordinator()
            var journal = try manual.journal
            switch tear {
            case .begun: journal += Data([200, 0, 0, 0, 1, 2, 3, 4, 5, 6])
            case .zeros: journal += Data(count: 4096)
            case .cut: journal.removeLast(3)
            }
            try manual.cluster.write(ManualCluster.journalName, journal)
            try manual.start()
            let (status, text) = wait.end()
            #expect(status == 0, "\(text)")
            #expect(try manual.log.contains("\(ManualCluster.journalName) ends in a write that was cut short"))
            try job.checkOutput()
            try job.checkTasks(mayFail: tear == .cut, manual.options)
            if tear != .cut { try job.checkThatNothingRanTwice(manual.options) }
        }
    }

    @Test func aDamagedJournalIsRefusedWithItsPlace() throws {
        try ManualCluster.with { manual in
            manual.killCoordinator()
            try manual.cluster.damageJournal("data")
            let refused = try manual.run()
            #expect(refused.status == 1)
            #expect(refused.error.contains("\(ManualCluster.journalName): it is damaged at byte 20"))
            let check = try manual.cluster.run(["journal", manual.cluster.path("data"), "--check"])
            #expect(check.status == 1)
            #expect(check.output.contains("\(ManualCluster.journalName): it is damaged at byte 20"))
        }
    }

    // MARK: - Reading it

    @Test func theJournalTellsWhatWatchHasTold() throws {
        try TestCluster.with(core: 2) { cluster in
            let job = try RecordedJob(cluster, maps: 6)
            let watch = try cluster.watch()
            try job.submit()
            try watch.see("job-1 succeeded")
            watch.end()
            let folder = cluster.path("home/clusters/default")
            let lines = try cluster.run(["journal", folder]).output.split(separator: "\n").map(String.init)
            let told = watch.lines.dropFirst()
            #expect(lines.suffix(told.count).map { $0.drop { $0 != " " }.dropFirst(2) } == told.map { $0[...] })
            #expect(lines.enumerated().allSatisfy { $1.hasPrefix("\($0 + 1)  ") })
            let json = try cluster.run(["journal", folder + "/coordinator", "--json"]).output.split(separator: "\n")
            #expect(json.count == lines.count)
            #expect(json.last?.contains(#""job":"job-1""#) == true)
            let check = try cluster.json(["journal", folder, "--check"])
            #expect(check["changes"] as? Int == lines.count && check["segments"] as? Int == 1)
            #expect(check["damage"] == nil && check["torn"] == nil)
            try pastIsAsItWas(cluster, folder, lines)
        }
    }

    /// The cluster runs meanwhile.
    private func pastIsAsItWas(_ cluster: TestCluster, _ folder: String, _ lines: [String]) throws {
        let submitted = try #require(lines.firstIndex { $0.contains("job-1 submitted") }) + 1
        let then = try cluster.json(["journal", folder, "--until", "\(submitted)"])
        let jobs = try #require(then["jobs"] as? [[String: Any]])
        #expect(jobs.map { $0["state"] as? String } == ["running"])
        #expect((then["nodes"] as? [[String: Any]])?.map { $0["state"] as? String } == ["running", "running"])
        #expect((then["tasks"] as? [[String: Any]])?.allSatisfy { $0["state"] as? String == "pending" } == true)
        let before = try cluster.run(["journal", folder, "--until", "0"])
        #expect(before.output.hasPrefix("after change 0, at 0.0 s\n"))
        #expect(try cluster.run(["journal", folder, "--until", "99999"]).error.contains("there is no change 99999"))
        let late = try cluster.json(["journal", folder, "--until", "1000s"])
        #expect((late["jobs"] as? [[String: Any]])?.map { $0["state"] as? String } == ["succeeded"])
        for command in [["tasks", "job-1"], ["counters", "job-1"], ["job", "job-1"], ["jobs"]] {
            #expect(try cluster.run(command + ["--history", folder]).output == cluster.run(command).output)
        }
    }

    @Test func downKeepsTheJournalWhereItIsTold() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            _ = try cluster.stream(["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "NONE"])
            let down = try cluster.run(["down", "--keep", cluster.path("kept")])
            #expect(down.output.contains("next: martlet journal \(cluster.path("kept"))"))
            let job = try cluster.json(["job", "job-1", "--history", cluster.path("kept")])
            #expect(job["state"] as? String == "succeeded")
            #expect(try cluster.run(["journal", cluster.path("kept"), "--check"]).output.hasPrefix("sound: "))
            let replay = try cluster.run(["journal", cluster.path("kept"), "--replay"])
            #expect(replay.status == 1 && replay.error.contains("keeps no events"))
            #expect(try cluster.run(["journal", cluster.path("home")]).error.contains("there is no journal in"))
        }
    }
}
