import ClusterModel
import Testing

@Suite struct CancelTests {
    @Test func aCancelledJobIsKilledThenCleanedThenEnded() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell(.submit(job(maps: 2)))
        #expect(
            cluster.tell(.cancel(1))
                == Decision(
                    [
                        .jobAborting(JobID(1), .cancelled),
                        .attemptKillRequested(map(0), reason: "its job was cancelled"),
                        .attemptKillRequested(map(1), reason: "its job was cancelled"),
                    ],
                    [.kill(map(0), on: NodeID(0)), .kill(map(1), on: NodeID(1)), .done]
                )
        )
        #expect(cluster.changes(.killed(map(1), on: 1)) == [.attemptKilled(map(1), reason: "its job was cancelled")])
        #expect(
            cluster.changes(.killed(map(0), on: 0))
                == [.attemptKilled(map(0), reason: "its job was cancelled"), .launched(abort(), 0)]
        )
        #expect(
            cluster.tell(.win(abort(), on: 0))
                == Decision(
                    [.won(abort()), .jobEnded(JobID(1), .cancelled)],
                    [.forget(0), .forget(1), .dropJobFiles(JobID(1))]
                )
        )
    }

    @Test func cancellingTwiceIsDoneOnceAndAnEndedJobIsNoMore() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 1)), .cancel(1)])
        #expect(cluster.tell(.cancel(1)) == Decision([], [.done]))
        cluster.tell([.killed(map(0), on: 0), .win(abort(), on: 0)])
        #expect(cluster.tell(.cancel(1)) == Decision([], [.refused("job-1 has ended already")]))
    }

    @Test(arguments: [0, -1, 2, Int.max, Int.min])
    func aJobThatIsNoneCannotBeCancelled(number: Int) {
        var cluster = Dialogue(nodes: [1])
        cluster.tell(.submit(job(maps: 1)))
        #expect(
            cluster.tell(.cancel(number))
                == Decision([], [.refused("there is no job-\(number): 'martlet jobs' lists them")])
        )
    }

    @Test func aJobThatNothingWasLaunchedOfEndsAtOnce() {
        var cluster = Dialogue()
        cluster.tell(.submit(job(maps: 1)))
        #expect(
            cluster.tell(.cancel(1))
                == Decision(
                    [.jobAborting(JobID(1), .cancelled), .jobEnded(JobID(1), .cancelled)],
                    [.done, .dropJobFiles(JobID(1))]
                )
        )
    }

    @Test func aCancelledJobEndsWhenTheLastNodeIsLost() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 1)), .cancel(1)])
        #expect(
            cluster.tell(.lose(0))
                == Decision(
                    [
                        .nodeLost(NodeID(0), reason: "silence"), .attemptLost(map(0)),
                        .jobEnded(JobID(1), .cancelled),
                    ],
                    [.disconnect(node(0)), .dropJobFiles(JobID(1))]
                )
        )
    }

    @Test func aCancelledJobEndsWhenTheLastNodeDrains() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.joinLauncher, .submit(job(maps: 1)), .cancel(1)])
        cluster.tell(.scaleRequested(.task, count: 0, instanceType: "m1.medium", request))
        #expect(
            cluster.changes(.killed(map(0), on: 0))
                == [
                    .attemptKilled(map(0), reason: "its job was cancelled"), .jobEnded(JobID(1), .cancelled),
                    .nodeStopped(NodeID(0)),
                ]
        )
    }

    @Test func aCancelledJobEndsWhenTheNodeDrainsThatWasToCleanIt() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.joinLauncher, .submit(job(maps: 2)), .submit(job(maps: 1, output: "file:///other"))])
        // Job 2 ran on node 0, which fails it and is lost; job 1 holds the only container that is left.
        cluster.tell([.win(map(0), on: 0), .cancel(2), .killed(map(0, of: 2), on: 0)])
        cluster.tell([.lose(0)])
        #expect(
            cluster.changes(.scaleRequested(.task, count: 0, instanceType: "m1.medium", request))
                == [.nodeDraining(NodeID(1)), .jobEnded(JobID(2), .cancelled)]
        )
    }
}
