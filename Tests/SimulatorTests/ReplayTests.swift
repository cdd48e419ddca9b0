import ClusterModel
import Simulator
import Testing
import Wire

/// What was recorded with its events is decided again in the same way.
@Suite struct ReplayTests {
    private func journal(_ seed: UInt64) -> (entries: [JournalEntry], cluster: Cluster) {
        var simulation = Simulation(Scenario(seed: seed))
        _ = simulation.run()
        return (simulation.journal, simulation.cluster)
    }

    /// Through every crash, by a cluster that hears the events alone.
    @Test func recordedEventsAreDecidedAgain() throws {
        for seed in 0..<40 as Range<UInt64> {
            let (entries, cluster) = journal(seed)
            var replay = Replay()
            for entry in entries {
                let difference = replay.follow(entry.event, entry.changes, at: entry.instant)
                try #require(difference == nil, "seed \(seed)")
            }
            #expect(replay.eventCount == entries.count)
            #expect(replay.cluster.hasSameState(as: cluster))
        }
    }

    /// From wherever the history still is: decisions count from the next start on, as what one knew before is lost.
    @Test func whatIsKeptOfThemIsDecidedAgainToo() throws {
        var counted = 0
        for seed in 0..<40 as Range<UInt64> {
            let (entries, cluster) = journal(seed)
            let (gone, kept) = (entries.prefix(entries.count / 3), entries.dropFirst(entries.count / 3))
            var beginning = Replay()
            for entry in gone { _ = beginning.follow(nil, entry.changes, at: entry.instant) }
            var replay = Replay(after: beginning.cluster)
            for entry in kept {
                let difference = replay.follow(entry.event, entry.changes, at: entry.instant)
                try #require(difference == nil, "seed \(seed)")
            }
            let start = kept.firstIndex { if case .coordinatorStarted = $0.event { true } else { false } }
            #expect(replay.eventCount == start.map { kept.endIndex - $0 } ?? 0)
            #expect(replay.cluster.hasSameState(as: cluster))
            counted += replay.eventCount
        }
        #expect(counted > 0)
    }

    @Test func anotherDecisionIsADifference() throws {
        let (entries, _) = journal(0)
        let altered = try #require(entries.lastIndex { !$0.changes.isEmpty })
        var replay = Replay()
        for (place, entry) in entries[...altered].enumerated() {
            let changes = place == altered ? [] : entry.changes
            let difference = replay.follow(entry.event, changes, at: entry.instant)
            #expect((difference != nil) == (place == altered))
            if place == altered { #expect(difference?.decided == entry.changes) }
        }
    }
}
