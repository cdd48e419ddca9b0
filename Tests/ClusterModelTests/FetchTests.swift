import ClusterModel
import Testing

/// Map output that reducers cannot fetch, and reducers that stand in the way of what they wait for.
@Suite struct FetchTests {
    private static let report = Event.fetchFailed(reduce: reduce(0), map: map(0), from: node(1))
    private static let lost = Change.mapOutputRejected(
        map(0).task,
        reason: "its output could not be fetched 3 times from here:7000: can the other nodes reach that address?")

    @Test func aMapRunsAgainAfterThreeReports() {
        var cluster = reducing()
        #expect(cluster.changes(Self.report) == [.fetchFailed(map(0).task, by: reduce(0))])
        #expect(cluster.changes(Self.report) == [.fetchFailed(map(0).task, by: reduce(0))])
        #expect(
            cluster.changes(Self.report) == [
                .fetchFailed(map(0).task, by: reduce(0)), Self.lost, .launched(map(0, 1), 1),
            ])
        #expect(cluster.tell(Self.report) == .nothing)
        #expect(
            cluster.tell(.win(map(0, 1), on: 1))
                == Decision(
                    [.won(map(0, 1))], [.announceMapOutputs(JobID(1), maps: [0], to: NodeID(1))]
                )
        )
        // The old output's reports count no more, the new one's begin at 1.
        #expect(cluster.tell(Self.report) == .nothing)
        #expect(
            cluster.changes(.fetchFailed(reduce: reduce(0), map: map(0, 1), from: node(1)))
                == [.fetchFailed(map(0).task, by: reduce(0))]
        )
    }

    @Test func outputThatIsNeverToBeFetchedFailsTheJob() {
        var cluster = reducing()
        for number in 0..<4 {
            if number > 0 { cluster.tell(.win(map(0, number), on: number % 2)) }
            let report = Event.fetchFailed(reduce: reduce(0), map: map(0, number), from: node(1))
            cluster.tell([report, report])
            let aborts = cluster.changes(report).contains { change in
                if case .jobAborting(JobID(1), .failed(let failure)) = change {
                    return failure.attempt == map(0, number)
                }
                return false
            }
            #expect(aborts == (number == 3))
        }
    }

    /// Each gives up at the third report of the map and after, and none of them is a failure of the map's.
    @Test func anyNumberOfReducersOnABadLinkMayReport() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.submit(job(maps: 2, reduces: 300)), .win(map(0), on: 0), .win(map(1), on: 1)])
        cluster.tell(.join(2, containers: 300))
        cluster.tell(.fetchFailed(reduce: reduce(2), map: map(1), from: node(2)))
        for index in 2..<300 { cluster.tell(.fetchFailed(reduce: reduce(index), map: map(0), from: node(2))) }
        #expect(!cluster.history.contains { if case .mapOutputRejected = $0.0 { true } else { false } })
    }

    static let nonsense: [Event] = [
        .fetchFailed(reduce: reduce(1), map: map(0), from: node(1)),
        .fetchFailed(reduce: reduce(0), map: map(0), from: node(1)),
        .fetchFailed(reduce: reduce(0), map: map(0), from: node(0, 2)),
        .fetchFailed(reduce: reduce(0), map: map(0, 1), from: node(0)),
        .fetchFailed(reduce: reduce(0), map: map(7), from: node(0)),
        .fetchFailed(reduce: reduce(0), map: map(0, of: 7), from: node(0)),
        .fetchFailed(reduce: reduce(0), map: map(0, of: .min), from: node(0)),
        .fetchFailed(reduce: reduce(0), map: map(0, of: 2), from: node(0)),
        .fetchFailed(reduce: reduce(0), map: reduce(1), from: node(0)),
        .fetchFailed(reduce: map(1, of: 2), map: map(0, of: 2), from: node(1)),
    ]

    /// Reducer 0 runs on node 0, reducer 1 is done; of job 2 one map is done and the other runs on node 1.
    @Test(arguments: nonsense)
    func reportsOfNonsenseAreIgnored(report: Event) {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.submit(job(maps: 1, reduces: 2)), .win(map(0), on: 0), .win(reduce(1), on: 1)])
        cluster.tell([.submit(job(maps: 2, output: "file:///other")), .win(map(0, of: 2), on: 1)])
        for _ in 1...3 { #expect(cluster.tell(report) == .nothing) }
    }

    @Test func theYoungestReducerMakesRoomForAMapThatMustRunAgain() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell([.submit(job(maps: 1, reduces: 2)), .win(map(0), on: 0)])
        let report = Event.fetchFailed(reduce: reduce(0), map: map(0), from: node(0))
        cluster.tell([report, report])
        let why = "preempted: a map that it waits for needs its container"
        #expect(
            cluster.tell(report)
                == Decision(
                    [
                        .fetchFailed(map(0).task, by: reduce(0)), Self.lost,
                        .attemptKillRequested(reduce(1), reason: why),
                    ],
                    [.kill(reduce(1), on: NodeID(0))]
                )
        )
        #expect(
            cluster.changes(.killed(reduce(1), on: 0))
                == [.attemptKilled(reduce(1), reason: why), .launched(map(0, 1), 0)]
        )
        #expect(cluster.changes(.win(map(0, 1), on: 0)) == [.won(map(0, 1)), .launched(reduce(1, 1), 0)])
    }

    /// It can fetch from neither of two nodes that serve everybody else.
    @Test func aReducerOnABadLinkMoves() {
        var cluster = troubled()
        let decision = cluster.tell(report(reduce(0), map(1), on: 2))
        let reason =
            "it could not fetch map output from task-1, task-2, and no other node has trouble with them: is the network of "
            + "task-3 in order?"
        #expect(
            decision.changes == [
                .fetchFailed(map(1).task, by: reduce(0)), .attemptFailed(reduce(0), AttemptFailure(reason: reason)),
                .launched(reduce(0, 1), 1),
            ])
        #expect(decision.effects.first == .kill(reduce(0), on: NodeID(2)))
    }

    @Test func whenOthersComplainTooTheMapRunsAgain() {
        var cluster = troubled()
        let changes = cluster.changes(report(reduce(1), map(1), on: 0))
        #expect(changes.contains { if case .mapOutputRejected(map(1).task, _) = $0 { true } else { false } })
    }

    /// Maps on nodes 0 and 1, reducers on nodes 2 and 0; the first has complained of both maps, twice of map 1.
    private func troubled() -> Dialogue {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell(.submit(job(maps: 2, reduces: 2)))
        cluster.tell([.join(2, containers: 2), .win(map(0), on: 0), .win(map(1), on: 1)])
        cluster.tell([map(0), map(1), map(1)].map { report(reduce(0), $0, on: 2) })
        return cluster
    }

    private func report(_ reduce: AttemptID, _ map: AttemptID, on number: Int) -> Event {
        .fetchFailed(reduce: reduce, map: map, from: node(number))
    }

    /// The reducers of a killed node's peers report at once, a moment before the cluster knows that it is dead.
    @Test func manyReportsAtOnceBlameNobody() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 1, reduces: 4)), .join(1, containers: 4), .win(map(0), on: 0)])
        // One of the four runs on node 0 itself.
        let there = (0..<4).filter { index in
            cluster.history.contains { $0.0 == .launched(reduce(index), 1) }
        }
        for index in there {
            let changes = cluster.changes(report(reduce(index), map(0), on: 1))
            #expect(changes == [.fetchFailed(map(0).task, by: reduce(index))])
        }
        #expect(there.count >= 3)
        #expect(cluster.changes(report(reduce(there[0]), map(0), on: 1)).contains(Self.rejected(there.count + 1)))
    }

    private static func rejected(_ reports: Int) -> Change {
        .mapOutputRejected(
            map(0).task,
            reason:
                "its output could not be fetched \(reports) times from here:7000: can the other nodes reach that address?"
        )
    }

    @Test func aReducerThatHasFetchedMakesNoRoom() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell([.submit(job(maps: 1, reduces: 2)), .win(map(0), on: 0)])
        cluster.tell(.shuffleFinished(reduce(1), from: node(0)))
        let report = Event.fetchFailed(reduce: reduce(0), map: map(0), from: node(0))
        cluster.tell([report, report])
        // The youngest needs no map any more; the other waits for it.
        #expect(cluster.effects(report) == [.kill(reduce(0), on: NodeID(0))])
    }

    @Test func halfOfTheWaitingReducersMakeRoom() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 8, reduces: 9))])
        for index in 0..<8 { cluster.tell(.win(map(index), on: 0)) }
        cluster.tell([.join(1, containers: 6), .lose(0)])
        let killed = cluster.history.compactMap { change -> AttemptID? in
            if case .attemptKillRequested(let attempt, _) = change.0 { attempt } else { nil }
        }
        #expect(killed == [reduce(6), reduce(5), reduce(4)])
    }

    @Test func aReducerIsNotPreemptedForAMapWithRoom() {
        var cluster = reducing()
        cluster.tell([Self.report, Self.report])
        #expect(cluster.changes(Self.report).contains(.launched(map(0, 1), 1)))
    }

    @Test func aReducerOnADrainingNodeMakesNoRoom() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.joinLauncher, .submit(job(maps: 1, reduces: 2)), .win(map(0), on: 0)])
        cluster.tell(.scaleRequested(.task, count: 1, instanceType: "m1.medium", request))
        let report = Event.fetchFailed(reduce: reduce(0), map: map(0), from: node(0))
        cluster.tell([report, report])
        // Reducer 1, the youngest, is on node 1, which takes no more attempts.
        #expect(cluster.effects(report) == [.kill(reduce(0), on: NodeID(0))])
    }

    /// Map output on node 0, which has room; the reducer on node 1.
    private func reducing() -> Dialogue {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 1)), .join(1, containers: 2), .win(map(0), on: 0)])
        return cluster
    }
}
