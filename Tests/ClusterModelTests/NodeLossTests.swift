import ClusterModel
import Testing

/// What is lost with a node is done again, and no more than that.
@Suite struct NodeLossTests {
    static let lost = Change.nodeLost(NodeID(0), reason: "silence")

    static func remade(_ index: Int) -> Change {
        .mapOutputLost(map(index).task, reason: "it was on task-1, which was lost")
    }

    @Test func runningAttemptsRunAgainElsewhere() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell([.submit(job(maps: 2)), .join(1)])
        #expect(
            cluster.tell(.lose(0))
                == Decision(
                    [
                        Self.lost, .attemptLost(map(0)), .attemptLost(map(1)), .launched(map(0, 1), 1),
                        .launched(map(1, 1), 1),
                    ],
                    [.disconnect(node(0)), .prepare(1), .launched(map(0, 1), 1), .launched(map(1, 1), 1)]
                )
        )
    }

    @Test func lostAttemptsAreNoFailures() throws {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        var strict = job(maps: 1)
        strict.mapAttemptLimit = 1
        for event: Event in [.coordinatorStarted(cluster: "test"), .join(0), .submit(strict), .lose(0)] {
            _ = plane.handle(event, at: .start)
        }
        let report = try #require(plane.job(JobID(1), at: .start))
        #expect((report.state, report.attemptsLost, report.attemptsFailed) == ("running", 1, 0))
        #expect(plane.tasks(of: JobID(1), at: .start)?[0].failures == 0)
        #expect(plane.tasks(of: JobID(1), at: .start)?[0].attempts.map(\.state) == ["lost"])
    }

    @Test func aWinnerWhoseOutputWentIsListedAndWhy() {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        for event: Event in [
            .coordinatorStarted(cluster: "test"), .join(0), .join(1), .submit(job(maps: 2)), .win(map(0), on: 0),
            .lose(0),
        ] { _ = plane.handle(event, at: .start) }
        let first = plane.tasks(of: JobID(1), at: .start)?[0].attempts.first
        #expect((first?.id, first?.state) == ("job-1-map-0-1.0", "lost"))
        #expect(first?.reason == "it was on task-1, which was lost")
        #expect(plane.job(JobID(1), at: .start)?.attemptsLost == 0)
    }

    @Test func mapOutputIsMadeAgainForReducersToCome() {
        var cluster = Dialogue(nodes: [2, 1])
        cluster.tell([.submit(job(maps: 3)), .win(map(1), on: 0), .win(map(0), on: 0)])
        #expect(
            cluster.changes(.lose(0))
                == [Self.lost, Self.remade(0), Self.remade(1)]
        )
        #expect(cluster.changes(.win(map(2), on: 1)) == [.won(map(2)), .launched(map(0, 1), 1)])
    }

    @Test func mapOutputIsMadeAgainForRunningReducersAndAnnouncedToThem() {
        var cluster = Dialogue(nodes: [1, 2])
        // The emptiest node is first: map 0 and 2 on node 1, map 1 on node 0.
        cluster.tell([.submit(job(maps: 2, reduces: 1))])
        cluster.tell([.win(map(0), on: 1), .win(map(1), on: 0)])
        #expect(cluster.changes(.lose(0)) == [Self.lost, Self.remade(1), .launched(map(1, 1), 1)])
        #expect(
            cluster.tell(.win(map(1, 1), on: 1))
                == Decision(
                    [.won(map(1, 1))], [.announceMapOutputs(JobID(1), maps: [1], to: NodeID(1))]
                )
        )
        #expect(
            cluster.cluster.locations(of: [0, 1], in: JobID(1))
                == [
                    MapOutputLocation(attempt: map(0), address: "here:7001"),
                    MapOutputLocation(attempt: map(1, 1), address: "here:7001"),
                ]
        )
    }

    @Test func outputOfAJobWithoutReducersIsNotMadeAgain() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.submit(job(maps: 2, reduces: 0)), .win(map(0), on: 0)])
        #expect(cluster.changes(.lose(0)) == [Self.lost])
    }

    @Test func outputIsNotMadeAgainWhenAllReducersAreDone() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.submit(job(maps: 1)), .win(map(0), on: 0), .win(reduce(0), on: 0)])
        #expect(
            cluster.changes(.lose(0)) == [Self.lost, .attemptLost(commit()), .launched(commit(1), 1)]
        )
    }

    @Test func aNodeThatComesBackIsGivenTheJobAgain() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 1)), .lose(0)])
        #expect(
            cluster.tell(.join(0, containers: 1))
                == Decision(
                    [.nodeRegistered(node(0, 2), worker(0, containers: 1)), .launched(map(0, 1), 0)],
                    [.admit(ConnectionID(0), node(0, 2)), .prepare(0), .launched(map(0, 1), 0)]
                )
        )
    }

    @Test(arguments: [Event.win, Event.fail, Event.killed])
    func whatAnOlderIncarnationSaysIsIgnored(say: @Sendable (AttemptID, Int, Int) -> Event) {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 1)), .lose(0)])
        #expect(cluster.tell(say(map(0), 0, 1)) == .nothing)
        cluster.tell(.join(0, containers: 1))
        #expect(cluster.tell(say(map(0), 0, 1)) == .nothing)
        #expect(cluster.tell(say(map(0), 0, 2)) == .nothing)
        #expect(cluster.tell(say(map(0, 1), 0, 1)) == .nothing)
        #expect(cluster.tell(say(map(0, 1), 0, 2)) != .nothing)
    }

    @Test(arguments: [Event.win, Event.fail, Event.killed])
    func whatNobodyLaunchedIsIgnored(say: @Sendable (AttemptID, Int, Int) -> Event) {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell(.submit(job(maps: 1)))
        for stranger in [
            map(0, 1), map(1), map(-1), reduce(0), commit(), abort(), map(0, of: 2), map(0, of: 0),
            AttemptID(task: map(0).task, epoch: 2, number: 0),
        ] {
            #expect(cluster.tell(say(stranger, 0, 1)) == .nothing)
        }
        #expect(cluster.tell(say(map(0), 1, 1)) == .nothing)
        #expect(cluster.tell(say(map(0), 2, 1)) == .nothing)
    }

    @Test func aResultToldTwiceCountsOnce() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 2)), .win(map(0), on: 0)])
        #expect(cluster.tell(.win(map(0), on: 0)) == .nothing)
        #expect(cluster.tell(.fail(map(0), on: 0)) == .nothing)
    }
}
