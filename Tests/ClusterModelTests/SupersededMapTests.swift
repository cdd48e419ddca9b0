import ClusterModel
import Testing

/// A reducer that had all its input does not care for a map that runs again.
@Suite struct SupersededMapTests {
    /// Job 1 with a map that runs again on node 1, while the reducer on node 0 has all it needs.
    private func remaking() -> Dialogue {
        var cluster = Dialogue(nodes: [1, 1])
        var strict = job(maps: 1)
        // That it was to be made again has used up one already.
        strict.mapAttemptLimit = 2
        cluster.tell([.submit(strict), .win(map(0), on: 0)])
        cluster.tell(Array(repeating: .fetchFailed(reduce: reduce(0), map: map(0), from: node(0)), count: 3))
        return cluster
    }

    static let reason = "all reduce tasks are done"

    @Test func mapsThatNobodyWaitsForAreKilledBeforeTheCommit() {
        var cluster = remaking()
        #expect(
            cluster.tell(.win(reduce(0), on: 0))
                == Decision(
                    [
                        .won(reduce(0)), .jobCommitting(JobID(1)),
                        .attemptKillRequested(map(0, 1), reason: Self.reason), .launched(commit(), 0),
                    ],
                    [.kill(map(0, 1), on: NodeID(1)), .launched(commit(), 0)]
                )
        )
    }

    @Test func theirFailureDoesNotFailTheJob() {
        var cluster = remaking()
        cluster.tell(.win(reduce(0), on: 0))
        #expect(cluster.changes(.fail(map(0, 1), on: 1)) == [.attemptKilled(map(0, 1), reason: Self.reason)])
    }

    @Test func theJobEndsWhenNothingOfItRunsAnyMore() {
        var cluster = remaking()
        cluster.tell(.win(reduce(0), on: 0))
        #expect(cluster.changes(.win(commit(), on: 0)) == [.won(commit())])
        #expect(
            cluster.changes(.killed(map(0, 1), on: 1))
                == [.attemptKilled(map(0, 1), reason: Self.reason), .jobEnded(JobID(1), .succeeded)]
        )
    }
}
