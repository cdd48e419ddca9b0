import ClusterModel
import Testing

@testable import martlet

/// What a job's changes come to: a decision, without any page.
@Suite struct JobStoryTests {
    @Test func anAttemptSaysWhereAndWhenItRanAndHowItEnded() throws {
        var told = Told.begun(maps: 2)
        told.launch(.map, 1, on: 1, at: 1)
        told.run(.map, 0, on: 0, 1, 3.5)
        let story = told.story
        #expect(story.attempts.map(\.outcome) == [.running, .succeeded])
        #expect(story.duration(of: story.attempts[1]) == 2.5)
        #expect(story.seconds(story.attempts[1].start) == 0)
        #expect(story.name(story.attempts[0].node) == "core-2")
        // What runs is shown up to the last that is known.
        #expect(story.end(of: story.attempts[0]) == 2.5)
    }

    @Test func aLostAttemptSaysWhy() {
        var told = Told.begun(maps: 2)
        told.launch(.map, 0, on: 0, at: 1)
        told.launch(.map, 1, on: 1, at: 1)
        told.tell(.nodeLost(NodeID(0), reason: "it was killed"), at: 2)
        told.tell(.attemptLost(told.attempt(.map, 0)), at: 2)
        told.tell(.attemptLost(told.attempt(.map, 1)), at: 3)
        #expect(told.story.attempts.map(\.outcome) == [.lost, .lost])
        #expect(
            told.story.attempts.map(\.reason) == ["core-1 is lost: it was killed", "core-2 came back without it"])
    }

    @Test func anAbsenceLastsUntilTheNodeIsBack() throws {
        var told = Told.begun(maps: 1)
        told.launch(.map, 0, on: 1, at: 1)
        told.tell(.nodeLost(NodeID(0), reason: "it was killed"), at: 2)
        told.join(0, incarnation: 2, at: 4)
        told.join(2, at: 5)
        told.tell(.nodeLost(NodeID(1), reason: "it was silent"), at: 6)
        let absences = told.story.absences
        try #require(absences.map(\.node.number) == [0, 2, 1])
        #expect(absences.map { told.story.seconds($0.start) } == [1, 0, 5])
        #expect(absences.map { $0.end.map { told.story.seconds($0) } } == [3, 4, nil])
    }

    @Test func outputThatWasLostIsNoSuccess() {
        var told = Told.begun(maps: 1, reduces: 1)
        told.run(.map, 0, on: 0, 1, 2)
        told.tell(.nodeLost(NodeID(0), reason: "it was killed"), at: 3)
        told.tell(.mapOutputLost(told.attempt(.map, 0).task, reason: "core-1 is lost"), at: 3)
        told.run(.map, 0, 1, on: 1, 3, 4)
        #expect(told.story.attempts.map(\.outcome) == [.undone, .succeeded])
        #expect(told.story.findings.contains("The output of 1 map was lost and had to be made again."))
    }

    @Test func otherJobsAndWhatComesAfterTheEndAreNotTold() {
        var told = Told.begun(maps: 1)
        let other = AttemptID(task: TaskID(job: JobID(2), kind: .map, index: 0), epoch: 1, number: 0)
        told.tell(.attemptLaunched(other, NodeID(0)), at: 1)
        told.run(.map, 0, on: 0, 1, 2)
        told.end(at: 2)
        told.tell(.nodeLost(NodeID(0), reason: "it was killed"), at: 3)
        #expect(told.story.attempts.count == 1 && told.story.troubles.told == [] && told.story.length == 1)
    }

    @Test func phasesFollowOneAnother() {
        var told = Told.begun(maps: 2, reduces: 1)
        told.run(.map, 0, on: 0, 2, 3)
        told.run(.map, 1, on: 0, 3, 5)
        told.run(.reduce, 0, on: 1, 5, 8)
        told.tell(.jobCommitting(told.job), at: 8)
        told.run(.commit, 0, on: 1, 8, 9)
        told.tell(.jobEnded(told.job, .succeeded), at: 9)
        let phases = told.story.phases.map { "\($0.name) \($0.start) \($0.end)" }
        #expect(phases == ["waiting 0.0 1.0", "maps 1.0 4.0", "reduces 4.0 7.0", "commit 7.0 8.0"])
    }

    // MARK: - Troubles

    @Test func whatALostNodeTookAlongIsCountedWithIt() {
        var told = Told.begun(maps: 3, reduces: 1)
        told.run(.map, 0, on: 0, 1, 2)
        told.launch(.map, 1, on: 0, at: 2)
        told.launch(.map, 2, on: 1, at: 2)
        told.tell(.nodeLost(NodeID(0), reason: "it was killed"), at: 3)
        told.tell(.attemptLost(told.attempt(.map, 1)), at: 3)
        told.tell(.mapOutputLost(told.attempt(.map, 0).task, reason: "core-1 is lost"), at: 3)
        told.tell(.attemptFailed(told.attempt(.map, 2), AttemptFailure(reason: "exit 3")), at: 4)
        let troubles = told.story.troubles
        #expect(troubles.told.map(\.kind) == [.nodeLost, .attemptFailed])
        #expect(troubles.told[0].attemptsLost == 1 && troubles.told[0].outputsLost == 1)
        #expect(troubles.told[1].text == "job-1-map-2-1.0 failed and is retried: exit 3")
        #expect(troubles.counts[.attemptLost] == 1 && troubles.leftOut == 0)
    }

    @Test func troublesAreToldUpToALimitAndCountedBeyondIt() {
        var told = Told.begun(maps: 1)
        for number in 0..<Troubles.limit + 7 {
            told.launch(.map, 0, number, on: 0, at: 1)
            told.tell(.attemptFailed(told.attempt(.map, 0, number), AttemptFailure(reason: "no")), at: 1)
        }
        #expect(told.story.troubles.told.count == Troubles.limit && told.story.troubles.leftOut == 7)
    }

    // MARK: - Findings

    /// Seconds that each of some maps takes on alternating nodes, and what is said of it.
    @Test(
        arguments: [
            ([1, 1, 1, 4.1], "The slowest map took 4.1 × the median: map 3 on core-2, 4.1 s and not 1.0 s."),
            ([1, 1, 1.2], "The maps took about as long as one another: 1.0 s the median, 1.2 s the slowest."),
            ([0.02, 0.02, 0.05], "The slowest map took 2.5 × the median: map 2 on core-1, 50 ms and not 20 ms."),
            ([1, 9], nil),
        ] as [([Double], String?)]) func theSlowestIsComparedWithTheMedian(times: [Double], finding: String?)
    {
        var told = Told.begun(maps: times.count)
        for (index, time) in times.enumerated() { told.run(.map, index, on: index % 2, 1, 1 + time) }
        #expect(told.story.findings.first == finding)
    }

    @Test(
        arguments: [
            ([10, 10, 10, 61], "Reduce 3 read 67 % of all records; an even share is 25 %."),
            ([10, 10, 14], nil), ([0, 0], nil), ([7], nil),
        ] as [([Int], String?)]) func theLargestIsComparedWithAnEvenShare(records: [Int], finding: String?)
    {
        var told = Told.begun(maps: 0, reduces: records.count)
        for (index, count) in records.enumerated() { told.run(.reduce, index, on: 0, records: count, 1, 2) }
        #expect(told.story.findings.first { $0.contains("read") } == finding)
    }

    @Test func aSlowNodeIsNamed() {
        var told = Told.begun(maps: 10)
        for index in 0..<7 { told.run(.map, index, on: 0, 1, 2) }
        for index in 7..<10 { told.run(.map, index, on: 1, 1, 4) }
        #expect(told.story.findings.last == "core-2 was slow: its maps took 3 × the median.")
    }

    @Test func whatBroughtNothingIsCounted() {
        var told = Told.begun(maps: 1)
        told.launch(.map, 0, on: 0, at: 1)
        told.tell(.backupLaunched(told.attempt(.map, 0, 1), NodeID(1)), at: 2)
        told.succeed(.map, 0, 1, at: 4)
        told.tell(.attemptKilled(told.attempt(.map, 0), reason: "beaten"), at: 4)
        #expect(
            told.story.findings == [
                "60 % of the containers' time went into 1 attempt that brought nothing: 3.0 s of 5.0 s.",
                "1 backup task ran for slow attempts; 1 won.",
            ])
    }

    // MARK: - Figures

    @Test func figuresReadWell() {
        #expect([0, 999, 1000, -1_234_567].map { Figure.grouped($0) } == ["0", "999", "1,000", "-1,234,567"])
        #expect([0.5, 12.345, 3, 0.004].map { Figure.decimal($0, places: 2) } == ["0.5", "12.35", "3", "0"])
        #expect(Figure.percent(1, 3) == "33 %" && Figure.percent(1, 200) == "0.5 %")
        let dates: [(Int64, String)] = [
            (0, "1970-01-01 00:00:00 UTC"), (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_700_000_000, "2023-11-14 22:13:20 UTC"), (4_107_542_399, "2100-02-28 23:59:59 UTC"),
        ]
        for (seconds, text) in dates {
            #expect(CalendarDate(nanosecondsSince1970: seconds * 1_000_000_000).text == text)
        }
        #expect(
            ["", "f", "fo", "foo", "foob"].map { Base64.text(Array($0.utf8)) } == [
                "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==",
            ])
    }

    @Test(arguments: [
        (0.02, "5 ms", 5), (0.9, "0.2 s", 5), (14.9, "2 s", 8), (600, "2 min", 6), (86_400, "3 h", 9),
    ]) func anAxisHasFewRoundMarks(length: Double, second: String, count: Int) {
        let marks = Axis(length: length).marks
        #expect(marks[1].text == second && marks.count == count && marks.allSatisfy { $0.at <= length })
    }
}
