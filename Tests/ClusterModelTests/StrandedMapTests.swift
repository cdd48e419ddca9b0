import ClusterModel
import Testing

/// Map output that went with its node is made again when a reducer needs it, and only then.
@Suite struct StrandedMapTests {
    private static let remade = Change.mapOutputLost(map(0).task, reason: "it was on task-1, which was lost")

    /// Map 0 on node 0, reducer 0 on node 1.
    private func reducing(reduces: Int = 1) -> Dialogue {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 1, reduces: reduces)), .join(1, containers: 2), .win(map(0), on: 0)])
        return cluster
    }

    private static let fetched = Event.shuffleFinished(reduce(0), from: node(1))

    @Test func aReducerThatHasFetchedNeedsItNoMore() {
        var cluster = reducing()
        #expect(cluster.changes(Self.fetched) == [.shuffleFinished(reduce(0))])
        #expect(cluster.changes(.lose(0)) == [.nodeLost(NodeID(0), reason: "silence")])
        #expect(cluster.changes(.win(reduce(0), on: 1)).first == .won(reduce(0)))
    }

    @Test func aReducerThatHasNotFetchedNeedsIt() {
        var cluster = reducing()
        #expect(
            cluster.changes(.lose(0)) == [
                .nodeLost(NodeID(0), reason: "silence"), Self.remade, .launched(map(0, 1), 1),
            ])
    }

    @Test func oneThatFetchedAndFailedNeedsItAgain() {
        var cluster = reducing()
        cluster.tell([Self.fetched, .lose(0)])
        #expect(
            cluster.changes(.fail(reduce(0), on: 1)) == [.failed(reduce(0)), Self.remade, .launched(map(0, 1), 1)])
        #expect(cluster.changes(.win(map(0, 1), on: 1)) == [.won(map(0, 1)), .launched(reduce(0, 1), 1)])
    }

    @Test func onePendingReducerIsEnough() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.submit(job(maps: 1, reduces: 3)), .win(map(0), on: 0)])
        // Reducers 0 and 1 run on nodes 0 and 1, reducer 2 waits.
        cluster.tell(.shuffleFinished(reduce(1), from: node(1)))
        #expect(cluster.changes(.lose(0)).contains(Self.remade))
    }

    @Test func aDrainingNodeGoesWhenAllHaveFetched() {
        var cluster = reducing()
        cluster.tell([.joinLauncher, .scaleRequested(.task, count: 1, instanceType: "m1.medium", request)])
        // Node 0 ran nothing and was the least needed, but holds output.
        #expect(cluster.changes(Self.fetched) == [.shuffleFinished(reduce(0)), .nodeStopped(NodeID(0))])
    }

    @Test func itIsNotAnnouncedAfterItsNodeIsGone() {
        var cluster = reducing()
        cluster.tell([Self.fetched, .lose(0)])
        #expect(cluster.cluster.locations(of: [0], in: JobID(1)) == [])
    }

    @Test(arguments: [reduce(1), reduce(0, 1), map(0), reduce(0, of: 2)])
    func whoDoesNotReduceHasNotFetched(stranger: AttemptID) {
        var cluster = reducing()
        #expect(cluster.tell(.shuffleFinished(stranger, from: node(1))) == .nothing)
        #expect(cluster.tell(.shuffleFinished(reduce(0), from: node(0))) == .nothing)
        cluster.tell(Self.fetched)
        #expect(cluster.tell(Self.fetched) == .nothing)
    }
}
