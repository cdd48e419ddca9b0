import ClusterModel
import Testing

/// Reducers begin to fetch while the last maps run.
@Suite struct SlowStartTests {
    private var cluster = Dialogue(nodes: [2, 2])

    @Test mutating func reducersStartWhenNoMapWaitsAndEnoughAreDone() {
        cluster.tell(.submit(job(maps: 5, reduces: 2, slowStart: 400)))
        #expect(cluster.changes(.win(map(0), on: 0)).launches == [map(4)])
        #expect(cluster.changes(.win(map(1), on: 1)).launches == [reduce(0)])
        #expect(cluster.changes(.win(map(2), on: 0)).launches == [reduce(1)])
    }

    @Test mutating func noReducerStartsWhileAMapWaits() {
        cluster.tell(.submit(job(maps: 9, reduces: 2, slowStart: 0)))
        let launches = (0..<5).flatMap { map in cluster.changes(.win(ClusterModelTests.map(map), on: map % 2)).launches
        }
        #expect(launches.allSatisfy { $0.task.kind == .map })
        #expect(cluster.changes(.win(map(5), on: 1)).launches == [reduce(0)])
    }

    @Test mutating func theyGetHalfOfTheContainersUntilTheMapsAreDone() {
        cluster.tell(.submit(job(maps: 4, reduces: 4, slowStart: 0)))
        #expect(cluster.changes(.win(map(0), on: 0)).launches == [reduce(0)])
        #expect(cluster.changes(.win(map(1), on: 1)).launches == [reduce(1)])
        #expect(cluster.changes(.win(map(2), on: 0)).launches == [])
        #expect(cluster.changes(.win(map(3), on: 1)).launches == [reduce(2), reduce(3)])
    }

    @Test mutating func withoutASlowStartTheyComeWithTheLastMap() {
        #expect(
            cluster.changes(.submit(job(maps: 2, reduces: 1, slowStart: 0))).launches == [map(0), map(1), reduce(0)])
    }

    /// Node 1 is as full as node 0, with a map that will soon end.
    @Test mutating func theyDoNotCrowdWhereTheFirstMapsHaveEnded() {
        cluster.tell(.submit(job(maps: 2, reduces: 2, slowStart: 500)))
        #expect(
            cluster.changes(.win(map(0), on: 0)) == [.won(map(0)), .launched(reduce(0), 0), .launched(reduce(1), 1)])
    }

    /// They are told of each map as it is done.
    @Test mutating func aReducerThatWaitsIsToldOfMoreMaps() {
        cluster.tell(.submit(job(maps: 3, reduces: 1, slowStart: 0)))
        cluster.tell(.win(map(0), on: 0))
        let decision = cluster.tell(.win(map(1), on: 1))
        #expect(decision.effects.contains { if case .announceMapOutputs(_, [1], _) = $0 { true } else { false } })
    }

    @Test mutating func aMapThatMustRunAgainComesBeforeReducersThatAreYetToStart() {
        cluster.tell(.submit(job(maps: 4, reduces: 4, slowStart: 0)))
        cluster.tell(.win(map(0), on: 0))
        #expect(cluster.changes(.fail(map(1), on: 1)).launches == [map(1, 1)])
    }
}
