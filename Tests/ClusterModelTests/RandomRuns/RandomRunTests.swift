import ClusterModel
import Foundation
import Testing

@Suite struct RandomRunTests {
    private static let isLong = ProcessInfo.processInfo.environment["MARTLET_LONG_TESTS"] != nil
    /// Seeds in one test, so that several run at once.
    private static let share = isLong ? 1250 : 38
    private static let seedToReplay = ProcessInfo.processInfo.environment["MARTLET_SEED"].flatMap { UInt64($0) }

    @Test(arguments: 0..<8)
    func theRulesHoldWhateverHappensAndEveryJobEnds(part: Int) {
        for seed in part * Self.share..<(part + 1) * Self.share {
            let run = RandomRun(seed: UInt64(seed))
            #expect(
                run.referee.complaints == [],
                "replay it with: MARTLET_SEED=\(seed) scripts/test --filter RandomRunTests")
        }
    }

    @Test func theCoordinatorMayDieAtAnyChange() {
        for seed in 0..<UInt64(Self.isLong ? 20 : 2) {
            let count = RandomRun(seed: seed, events: 150).changeCount
            for change in 1...count {
                let run = RandomRun(seed: seed, events: 150, crash: change)
                #expect(run.referee.complaints == [], "seed \(seed), killed at change \(change)")
            }
        }
    }

    @Test(.enabled(if: seedToReplay != nil, "MARTLET_SEED names no seed to replay"))
    func replay() throws {
        let run = RandomRun(seed: try #require(Self.seedToReplay), tellsStory: true)
        print(run.story.joined(separator: "\n"))
        #expect(run.referee.complaints == [])
    }

    @Test func theSameSeedBringsTheSameDecisions() {
        for seed in [3, 141, 59] as [UInt64] {
            #expect(RandomRun(seed: seed).decisions == RandomRun(seed: seed).decisions, "seed \(seed)")
        }
    }

    /// What was recorded is decided again in the same way, through every crash, by a cluster that hears the events alone.
    @Test func recordedEventsAreDecidedAgain() throws {
        for seed in 0..<40 as Range<UInt64> {
            let run = RandomRun(seed: seed)
            var replay = Replay()
            for record in run.records {
                let difference = replay.follow(record.step.event, record.step.decision.changes, at: record.instant)
                try #require(difference == nil, "seed \(seed)")
            }
            #expect(replay.eventCount == run.records.count)
            #expect(replay.cluster.hasSameState(as: run.cluster))
        }
    }

    /// From wherever the history still is: decisions count from the next start on, as what one knew before is lost.
    @Test func whatIsKeptOfThemIsDecidedAgainToo() throws {
        var counted = 0
        for seed in 0..<40 as Range<UInt64> {
            let run = RandomRun(seed: seed)
            let (gone, kept) = (run.records.prefix(run.records.count / 3), run.records.dropFirst(run.records.count / 3))
            var beginning = Replay()
            for record in gone { _ = beginning.follow(nil, record.step.decision.changes, at: record.instant) }
            var replay = Replay(after: beginning.cluster)
            for record in kept {
                let difference = replay.follow(record.step.event, record.step.decision.changes, at: record.instant)
                try #require(difference == nil, "seed \(seed)")
            }
            let start = kept.firstIndex { if case .coordinatorStarted = $0.step.event { true } else { false } }
            #expect(replay.eventCount == start.map { kept.endIndex - $0 } ?? 0)
            #expect(replay.cluster.hasSameState(as: run.cluster))
            counted += replay.eventCount
        }
        #expect(counted > 0)
    }

    @Test func anotherDecisionIsADifference() throws {
        let records = RandomRun(seed: 0).records
        let altered = try #require(records.lastIndex { !$0.step.decision.changes.isEmpty })
        var replay = Replay()
        for (place, record) in records[...altered].enumerated() {
            let changes = place == altered ? [] : record.step.decision.changes
            let difference = replay.follow(record.step.event, changes, at: record.instant)
            #expect((difference != nil) == (place == altered))
            if place == altered { #expect(difference?.decided == record.step.decision.changes) }
        }
    }

    /// Whoever breaks a rule must be caught: otherwise the runs above prove little.
    @Test(arguments: Defect.planted) func aPlantedDefectIsNoticed(defect: Defect) throws {
        let seed = try #require(
            (0..<100).first { seed in
                !RandomRun(seed: UInt64(seed), defect: defect).referee.complaints.isEmpty
            })
        // The seed that notices it finds nothing without it.
        #expect(RandomRun(seed: UInt64(seed)).referee.complaints == [])
    }
}
