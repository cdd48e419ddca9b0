import ClusterModel
import Testing

/// Jobs from submission to the end.
@Suite struct JobTests {
    @Test func aJobGoesFromMapsToReducesToCommitToItsEnd() {
        var cluster = Dialogue(nodes: [2])
        #expect(
            cluster.tell(.submit(job(maps: 2, reduces: 1)))
                == Decision(
                    [.jobSubmitted(JobID(1), job(maps: 2)), .launched(map(0), 0), .launched(map(1), 0)],
                    [
                        .answer(request, .submitted(JobID(1))), .prepare(0), .launched(map(0), 0),
                        .launched(map(1), 0),
                    ]
                )
        )
        #expect(cluster.tell(.win(map(1), on: 0)) == Decision([.won(map(1))], []))
        #expect(
            cluster.tell(.win(map(0), on: 0))
                == Decision(
                    [.won(map(0)), .launched(reduce(0), 0)],
                    [.announceMapOutputs(JobID(1), maps: [0, 1], to: NodeID(0)), .launched(reduce(0), 0)]
                )
        )
        #expect(
            cluster.tell(.win(reduce(0), on: 0))
                == Decision(
                    [.won(reduce(0)), .jobCommitting(JobID(1)), .launched(commit(), 0)], [.launched(commit(), 0)]
                )
        )
        #expect(cluster.cluster.assignment(of: commit()) == .commit(winners: [reduce(0)]))
        #expect(
            cluster.tell(.win(commit(), on: 0))
                == Decision(
                    [.won(commit()), .jobEnded(JobID(1), .succeeded)], [.forget(0), .dropJobFiles(JobID(1))]
                )
        )
    }

    @Test func tasksGoToTheEmptiestNode() {
        var cluster = Dialogue(nodes: [1, 3])
        #expect(
            cluster.changes(.submit(job(maps: 5)))
                == [.jobSubmitted(JobID(1), job(maps: 5))]
                + [.launched(map(0), 1), .launched(map(1), 1), .launched(map(2), 0), .launched(map(3), 1)]
        )
        #expect(cluster.changes(.join(2)) == [.nodeRegistered(node(2), worker(2)), .launched(map(4), 2)])
    }

    @Test func aJobWithoutReducesCommitsItsMaps() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell(.submit(job(maps: 2, reduces: 0)))
        #expect(cluster.changes(.win(map(0), on: 0)) == [.won(map(0))])
        #expect(
            cluster.changes(.win(map(1), on: 0))
                == [.won(map(1)), .jobCommitting(JobID(1)), .launched(commit(), 0)]
        )
        #expect(cluster.cluster.assignment(of: commit()) == .commit(winners: [map(0), map(1)]))
        #expect(cluster.changes(.win(commit(), on: 0)) == [.won(commit()), .jobEnded(JobID(1), .succeeded)])
    }

    @Test func aJobWithoutMapsReducesNothing() {
        var cluster = Dialogue(nodes: [2])
        #expect(
            cluster.tell(.submit(job(maps: 0, reduces: 1)))
                == Decision(
                    [.jobSubmitted(JobID(1), job(maps: 0)), .launched(reduce(0), 0)],
                    [
                        .answer(request, .submitted(JobID(1))), .prepare(0),
                        .announceMapOutputs(JobID(1), maps: [], to: NodeID(0)), .launched(reduce(0), 0),
                    ]
                )
        )
    }

    @Test func aJobWithoutAnyTaskIsOnlyCommitted() {
        var cluster = Dialogue(nodes: [2])
        let empty = job(maps: 0, reduces: 0)
        #expect(
            cluster.changes(.submit(empty))
                == [.jobSubmitted(JobID(1), empty), .jobCommitting(JobID(1)), .launched(commit(), 0)]
        )
    }

    @Test func aJobWaitsForTheFirstNode() {
        var cluster = Dialogue()
        #expect(
            cluster.tell(.submit(job(maps: 1)))
                == Decision([.jobSubmitted(JobID(1), job(maps: 1))], [.answer(request, .submitted(JobID(1)))])
        )
        #expect(cluster.changes(.join(0)) == [.nodeRegistered(node(0), worker(0)), .launched(map(0), 0)])
    }

    @Test func anEarlierJobIsServedFirst() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell(.submit(job(maps: 2)))
        cluster.tell(.submit(job(maps: 1, output: "file:///other")))
        #expect(cluster.changes(.win(map(0), on: 0)) == [.won(map(0)), .launched(map(1), 0)])
        #expect(cluster.changes(.win(map(1), on: 0)) == [.won(map(1)), .launched(reduce(0), 0)])
    }

    @Test func theCommitTaskRunsAgainWhenItsNodeDies() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.submit(job(maps: 0, reduces: 0))])
        #expect(
            cluster.tell(.lose(0))
                == Decision(
                    [.nodeLost(NodeID(0), reason: "silence"), .attemptLost(commit()), .launched(commit(1), 1)],
                    [.disconnect(node(0)), .prepare(1), .launched(commit(1), 1)]
                )
        )
        #expect(cluster.changes(.win(commit(1), on: 1)) == [.won(commit(1)), .jobEnded(JobID(1), .succeeded)])
    }
}

/// What is not even begun.
@Suite struct SubmissionTests {
    @Test func aSecondJobIntoTheSameFolderIsRefusedUntilTheFirstEnds() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell(.submit(job(maps: 0, reduces: 0)))
        #expect(
            cluster.tell(.submit(job(maps: 3)))
                == Decision(
                    [],
                    [
                        .refused(
                            "the output folder file:///out is being written by job-1: choose another, or wait for it")
                    ]
                )
        )
        cluster.tell(.win(commit(), on: 0))
        #expect(cluster.effects(.submit(job(maps: 0, reduces: 0))).first == .answer(request, .submitted(JobID(2))))
    }

    static let refused: [(String, @Sendable (inout JobSpecification) -> Void)] = [
        ("-1 reduce tasks are not between 0 and 10000", { $0.reduceCount = -1 }),
        ("10001 reduce tasks are not between 0 and 10000", { $0.reduceCount = 10_001 }),
        ("the number of attempts is not between 1 and 100", { $0.mapAttemptLimit = 0 }),
        ("the number of attempts is not between 1 and 100", { $0.reduceAttemptLimit = 101 }),
        ("a split names an input that is none, or a place before it", { $0.splits[0].input = 1 }),
        ("a split names an input that is none, or a place before it", { $0.splits[0].input = -1 }),
        ("a split names an input that is none, or a place before it", { $0.splits[0].offset = -1 }),
        ("a split names an input that is none, or a place before it", { $0.splits[0].length = -1 }),
        ("a split names an input that is none, or a place before it", { $0.splits[0].offset = .max }),
        ("a split names an input that is none, or a place before it", { $0.splits[0].followers = -1 }),
        ("a split names an input that is none, or a place before it", { $0.splits[0].followers = 1 }),
        ("a split names an input that is none, or a place before it", { $0.splits[0].followers = .max }),
        (
            "a split names an input that is none, or a place before it",
            {
                $0.inputs = ["file:///a", "file:///b"]
                $0.splits[0] = InputSplit(input: 0, offset: 1, length: 1, followers: 1)
            }
        ),
        ("0 is no mapreduce.task.io.sort.mb between 1 and 2047", { $0.program.sorting.memory = 0 }),
        ("2048 is no mapreduce.task.io.sort.mb between 1 and 2047", { $0.program.sorting.memory = 2048 }),
        (
            "1001 is no mapreduce.map.sort.spill.percent in thousandths between 1 and 1000",
            { $0.program.sorting.spillThousandths = 1001 }
        ),
        ("1 is no mapreduce.task.io.sort.factor between 2 and 1000", { $0.program.sorting.mergeFactor = 1 }),
        ("the job names no mapper", { $0.program.mapper = [] }),
        ("the job has reduce tasks and names no reducer", { $0.program.reducer = [] }),
        (
            "the input makes 1000001 splits, the limit is 1000000: raise mapreduce.input.fileinputformat.split.maxsize",
            { $0.splits = Array(repeating: InputSplit(), count: 1_000_001) }
        ),
    ]

    @Test(arguments: refused.indices)
    func whatTheClusterCannotRunIsRefused(place: Int) {
        let (reason, spoil) = Self.refused[place]
        var cluster = Dialogue(nodes: [1])
        var specification = job(maps: 1)
        spoil(&specification)
        #expect(cluster.tell(.submit(specification)) == Decision([], [.refused(reason)]))
    }

    /// A limit of Int.max milliseconds is no point in time that the cluster can count to.
    @Test(arguments: [-1, Int.max])
    func aTimeoutThatCannotBeCountedIsRefused(milliseconds: Int) {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        _ = plane.handle(.join(0), at: .start)
        var specification = job(maps: 1)
        specification.taskTimeout = milliseconds
        #expect(
            plane.handle(.submit(specification), at: .start).effects
                == [
                    .refused(
                        "a task timeout of \(milliseconds) ms is not between 0 and 31536000000: 0 is for none "
                            + "(mapreduce.task.timeout)")
                ]
        )
    }
}
