import ClusterModel
import Testing

/// Attempts fail, and are tried again until it is enough.
@Suite struct RetryTests {
    @Test func longWordsOfAWorkerAreCut() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell(.submit(job(maps: 1)))
        var failure = AttemptFailure(reason: String(repeating: "r", count: 100_000))
        failure.standardError = String(repeating: "e", count: 100_000)
        let source = Incarnation(node: NodeID(0), number: 1)
        for case .attemptFailed(_, let kept) in cluster.changes(.attemptFailed(map(0), failure, from: source)) {
            #expect(kept.reason.utf8.count == AttemptFailure.standardErrorLimit)
            #expect(kept.standardError.utf8.count == AttemptFailure.standardErrorLimit)
        }
    }

    @Test func aFailedTaskIsTriedAgainOnAnotherNode() {
        var cluster = Dialogue(nodes: [2, 1])
        cluster.tell(.submit(job(maps: 1)))
        #expect(
            cluster.tell(.fail(map(0), on: 0))
                == Decision([.failed(map(0)), .launched(map(0, 1), 1)], [.prepare(1), .launched(map(0, 1), 1)])
        )
    }

    @Test func aFailedTaskIsTriedAgainOnTheOnlyNode() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell(.submit(job(maps: 1)))
        #expect(cluster.changes(.fail(map(0), on: 0)) == [.failed(map(0)), .launched(map(0, 1), 0)])
    }

    @Test func aFailedTaskWaitsForAnotherNodeThatIsBusy() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell(.submit(job(maps: 2)))
        #expect(cluster.changes(.fail(map(0), on: 0)) == [.failed(map(0))])
        #expect(cluster.changes(.win(map(1), on: 1)) == [.won(map(1)), .launched(map(0, 1), 1)])
    }

    @Test func aFailedTaskDoesNotWaitForANodeThatDies() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.submit(job(maps: 2)), .fail(map(0), on: 0)])
        #expect(
            cluster.changes(.lose(1))
                == [.nodeLost(NodeID(1), reason: "silence"), .attemptLost(map(1)), .launched(map(0, 1), 0)]
        )
    }

    @Test func aFailedMapDoesNotWaitForReducersThatWaitForIt() {
        var cluster = Dialogue(nodes: [1, 1, 1])
        cluster.tell([.submit(job(maps: 1, reduces: 2)), .win(map(0), on: 0)])
        // Reducers on nodes 0 and 1; the map's output is lost, and it fails on node 2.
        cluster.tell(Array(repeating: .fetchFailed(reduce: reduce(1), map: map(0), from: node(1)), count: 3))
        #expect(cluster.changes(.fail(map(0, 1), on: 2)) == [.failed(map(0, 1)), .launched(map(0, 2), 2)])
    }

    @Test func aTaskThatFailedIsNotSentBackThereAfterItsNextNodeIsLost() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.submit(job(maps: 1)), .fail(map(0), on: 0), .join(2, containers: 1)])
        #expect(
            cluster.changes(.lose(1))
                == [.nodeLost(NodeID(1), reason: "silence"), .attemptLost(map(0, 1)), .launched(map(0, 2), 2)]
        )
    }

    @Test func theFourthFailureFailsTheJobAndSaysWhy() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell(.submit(job(maps: 2)))
        cluster.tell([.win(map(1), on: 1), .fail(map(0), on: 0), .fail(map(0, 1), on: 1), .fail(map(0, 2), on: 0)])
        var last = AttemptFailure(reason: "the mapper ended with status 3")
        last.exitStatus = 3
        last.standardError = "no such word"
        var why = JobFailure()
        why.reason = "the mapper ended with status 3"
        why.attempt = map(0, 3)
        why.node = "task-2"
        why.exitStatus = 3
        why.standardError = "no such word"
        #expect(
            cluster.tell(.attemptFailed(map(0, 3), last, from: node(1)))
                == Decision(
                    [.attemptFailed(map(0, 3), last), .jobAborting(JobID(1), .failed(why)), .launched(abort(), 0)],
                    [.launched(abort(), 0)]
                )
        )
        #expect(
            cluster.tell(.win(abort(), on: 0))
                == Decision(
                    [.won(abort()), .jobEnded(JobID(1), .failed(why))],
                    [.forget(0), .forget(1), .dropJobFiles(JobID(1))]
                )
        )
    }

    @Test func aFailedJobKillsWhatRunsAndThenRemovesWhatItWrote() {
        var cluster = Dialogue(nodes: [3])
        var strict = job(maps: 3)
        strict.mapAttemptLimit = 1
        cluster.tell(.submit(strict))
        #expect(
            Array(cluster.changes(.fail(map(1), on: 0)).dropFirst(2))
                == [
                    .attemptKillRequested(map(0), reason: "its job failed"),
                    .attemptKillRequested(map(2), reason: "its job failed"),
                ]
        )
        // Whatever its end, an attempt that was told to end counts as killed.
        let over = "its job failed"
        #expect(cluster.tell(.win(map(0), on: 0)) == Decision([.attemptKilled(map(0), reason: over)], []))
        #expect(
            cluster.tell(.fail(map(2), on: 0))
                == Decision([.attemptKilled(map(2), reason: over), .launched(abort(), 0)], [.launched(abort(), 0)])
        )
    }

    @Test func aReducerFailsTheJobByItsOwnLimit() {
        var cluster = Dialogue(nodes: [1])
        var strict = job(maps: 0)
        strict.reduceAttemptLimit = 2
        cluster.tell([.submit(strict), .fail(reduce(0), on: 0)])
        #expect(cluster.changes(.fail(reduce(0, 1), on: 0)).last == .launched(abort(), 0))
    }

    @Test func theFourthFailureToCommitFailsTheJob() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell(.submit(job(maps: 0, reduces: 0)))
        for number in 0..<3 { cluster.tell(.fail(commit(number), on: 0)) }
        #expect(cluster.changes(.fail(commit(3), on: 0)).last == .launched(abort(), 0))
    }

    @Test func theFourthFailureToRemoveIsTheEnd() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 1)), .cancel(1), .killed(map(0), on: 0)])
        for number in 0..<3 { cluster.tell(.fail(abort(number), on: 0)) }
        #expect(
            cluster.tell(.fail(abort(3), on: 0))
                == Decision(
                    [.failed(abort(3)), .jobEnded(JobID(1), .cancelled)], [.forget(0), .dropJobFiles(JobID(1))]
                )
        )
    }

    @Test func anAttemptThatWasKilledUnaskedRunsAgain() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell(.submit(job(maps: 1)))
        #expect(
            cluster.changes(.killed(map(0), on: 0))
                == [.attemptKilled(map(0), reason: "it went with its container"), .launched(map(0, 1), 0)]
        )
    }
}
