import Foundation
import Testing

/// The coordinator's disk loses power, or the coordinator its life, at a moment that only the disk knows: whatever had been
/// made known is there afterwards.
@Suite(.serialized) struct PowerLossTests {
    private static let isLong = ProcessInfo.processInfo.environment["MARTLET_LONG_TESTS"] != nil

    /// Syncs of the journal: the first of these are the restarted coordinator's start and the nodes' return, then comes the
    /// job.
    private static let syncs: [Disk.Crash] = {
        let losses = ["power", "cut", "zeros", "hole"]
        guard isLong else {
            return [(3, "cut"), (4, "power"), (7, "hole"), (14, "zeros")].map {
                Disk.Crash("amid sync \($0) .journal \($1)")
            }
        }
        return (1...12).flatMap { number in losses.map { Disk.Crash("amid sync \(number) .journal \($0)") } }
    }()

    @Test(arguments: syncs) func whatWasMadeKnownOutlivesAnyWriteOfTheJournal(crash: Disk.Crash) throws {
        try PowerLoss.with(crash, []) { loss in
            try loss.check()
            #expect(try loss.manual.log.contains("bytes and"))
        }
    }

    /// Segments are so small that each takes a few writes.
    private static let snapshots: [Disk.Crash] = {
        guard isLong else {
            return [
                "amid write 2 .unfinished killed", "before rename 2 .unfinished power",
                "after rename 1 .unfinished power",
                "after settle 1 .snapshot power", "before settle 2 .journal power",
            ].map { Disk.Crash($0) }
        }
        return (1...2).flatMap { number in
            // The second write is the state.
            ["amid write \(2 * number) .unfinished", "after sync \(2 * number) .unfinished"]
                + ["before rename", "after rename"].map { "\($0) \(number) .unfinished" }
                + [".snapshot", ".journal"].flatMap {
                    ["before settle \(number) \($0)", "after settle \(number) \($0)"]
                }
        }.flatMap { [Disk.Crash("\($0) killed"), Disk.Crash("\($0) power")] }
    }()

    @Test(arguments: snapshots) func aSnapshotIsThereWholeOrNotAtAll(crash: Disk.Crash) throws {
        try PowerLoss.with(crash, ["--segment-size", "1KiB"]) { loss in
            try loss.check()
            #expect(try !loss.manual.log.contains("passed over"))
            let names = try FileManager.default.contentsOfDirectory(atPath: loss.manual.cluster.path("data"))
            #expect(names.contains { $0.hasSuffix(".snapshot") })
            #expect(names.count { $0.hasSuffix(".journal") } > 2)
        }
    }

    @Test func theFolderThatWasMadeForTheJournalIsThere() throws {
        try ManualCluster.with(workers: []) { manual in
            manual.killCoordinator()
            try FileManager.default.removeItem(atPath: manual.cluster.path("data"))
            try manual.start([], Disk(manual.cluster, Disk.Crash("after settle 1 .journal power")).variables)
            try manual.waitForCrash()
            #expect(FileManager.default.fileExists(atPath: manual.cluster.path(ManualCluster.journalName)))
        }
    }
}

/// One crash of a coordinator at work, and what has been seen of it from outside.
private final class PowerLoss {
    let manual: ManualCluster
    private let crash: Disk.Crash
    private let job: RecordedJob
    private let watch: TestCluster.Watch
    private let options: [String]
    private var isTaken = false

    static func with(_ crash: Disk.Crash, _ options: [String], _ body: (PowerLoss) throws -> Void) throws {
        try ManualCluster.with { manual in
            let loss = try PowerLoss(manual, crash, options)
            defer { loss.watch.end() }
            try loss.bringAbout()
            try body(loss)
        }
    }

    private init(_ manual: ManualCluster, _ crash: Disk.Crash, _ options: [String]) throws {
        (self.manual, self.crash, self.options) = (manual, crash, options)
        job = try RecordedJob(manual.cluster, maps: 12)
        watch = try manual.watch()
    }

    private func bringAbout() throws {
        manual.killCoordinator()
        try manual.start(options, Disk(manual.cluster, crash).variables)
        isTaken = try job.tryToSubmit(manual.options).status == 0
        try manual.waitForCrash()
    }

    /// Looks at what is left, starts a coordinator on it and looks at what becomes of the job.
    func check() throws {
        let check = try manual.cluster.json(["journal", data, "--check"])
        #expect(check["damage"] == nil)
        #expect((check["torn"] != nil) == crash.tears)
        try manual.start(options)
        #expect(try manual.log.contains("ends in a write that was cut short") == crash.tears)
        try submitUnlessThere()
        let end = try manual.cluster.run(["wait", "job-1"] + manual.options)
        try #require(end.status == 0, "\(end.output)")
        try watch.see("job-1 succeeded")
        try checkWhatWasTold()
        try job.checkOutput()
        try job.checkTasks(manual.options)
        try checkWinners()
        manual.killCoordinator()
        let last = try manual.cluster.json(["journal", data, "--check"])
        #expect(last["damage"] == nil && last["torn"] == nil)
    }

    private var data: String { manual.cluster.path("data") }

    /// A job that was not acknowledged may be there or not.
    private func submitUnlessThere() throws {
        let jobs = try #require(try manual.cluster.json(["jobs"] + manual.options)["jobs"] as? [[String: Any]])
        #expect(!isTaken || jobs.count == 1)
        if jobs.isEmpty { try job.submit(manual.options) }
    }

    /// Whoever was known to have won has won, and its task has not run again.
    private func checkWinners() throws {
        let runs = try manual.cluster.text("runs").split(separator: "\n")
        let tasks = try job.tasks(manual.options)
        for winner in try knownWinners() {
            let task = try #require(tasks.first { winner.hasPrefix("\($0["id"] ?? "")-") })
            let last = try #require((task["attempts"] as? [[String: Any]])?.last)
            #expect(last["id"] as? String == winner && last["state"] as? String == "succeeded")
            guard ["map", "reduce"].contains(task["kind"] as? String) else { continue }
            #expect(runs.count { $0 == task["id"] as? String ?? "" } == 1, "\(winner) of \(runs)")
        }
    }

    /// From before the crash, as the last coordinator's start shows.
    private func knownWinners() throws -> [String] {
        let lines = try journal()
        let start = try #require(lines.last { $0.contains("the coordinator started") })
        let end = try #require(
            watch.lines.firstIndex { $0.contains(start.drop { $0 != " " }) }, "\(start) was not told")
        return watch.lines[..<end].filter { $0.contains(" succeeded (") }.compactMap { line in
            line.split(separator: " ").first { $0.hasPrefix("job-1-") }.map(String.init)
        }
    }

    /// Whatever a subscriber has been told, by whichever coordinator, is in the journal, and nothing between.
    private func checkWhatWasTold() throws {
        let told = Array(watch.lines.dropFirst())
        let end = try #require(try journal().firstIndex { $0.hasSuffix("  job-1 succeeded") })
        #expect(try journal()[...end].suffix(told.count) == told[...])
    }

    /// Without the numbers.
    private func journal() throws -> [String] {
        try manual.cluster.run(["journal", data]).output.split(separator: "\n").map {
            String($0.drop { $0 != " " }.dropFirst(2))
        }
    }
}
