import ClusterModel
import Testing

/// A node on which too much of a job fails gets no more of it.
@Suite struct ExclusionTests {
    @Test func aJobExcludesANodeAfterThreeFailures() {
        var cluster = Dialogue(nodes: [2, 1])
        cluster.tell(.submit(job(maps: 12)))
        // Everything that node 0 is given fails, until it is given no more.
        var onZero = [map(0), map(1)]
        var failures = 0
        while let attempt = onZero.popLast() {
            failures += 1
            for change in cluster.changes(.fail(attempt, on: 0)) {
                if case .attemptLaunched(let next, NodeID(0)) = change { onZero.append(next) }
            }
        }
        #expect((3...4).contains(failures))
        let launched = cluster.changes(.win(map(2), on: 1)).compactMap { change in
            if case .attemptLaunched(_, let node) = change { return node } else { return nil }
        }
        #expect(!launched.isEmpty && launched.allSatisfy { $0 == NodeID(1) })
    }

    @Test func theOnlyNodeIsNeverExcluded() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell(.submit(job(maps: 4)))
        for number in 0..<3 {
            // Had it been excluded, nothing would run any more.
            #expect(cluster.changes(.fail(map(0, number), on: 0)).last == .launched(map(0, number + 1), 0))
        }
    }

    @Test func anExcludedNodesRoomDoesNotHoldUpAMapThatReducersWaitFor() {
        var cluster = Dialogue(nodes: [1, 1])
        var specification = job(maps: 5, reduces: 2)
        specification.mapAttemptLimit = 100
        cluster.tell(.submit(specification))
        // Everything that node 0 is given fails, until it is given no more.
        var onZero = [map(0)]
        while let attempt = onZero.popLast() {
            for change in cluster.changes(.fail(attempt, on: 0)) {
                if case .attemptLaunched(let next, NodeID(0)) = change { onZero.append(next) }
            }
        }
        var waiting: [AttemptID] = [map(1)]
        while let attempt = waiting.popLast() {
            for change in cluster.changes(.win(attempt, on: 1)) {
                if case .attemptLaunched(let next, NodeID(1)) = change { waiting.append(next) }
            }
        }
        #expect(cluster.history.contains { $0.0 == .jobEnded(JobID(1), .succeeded) })
    }

    @Test func whyAPendingTaskWaitsIsSaid() {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        func why(_ place: Int) -> String? { plane.tasks(of: JobID(1), at: .start)?[place].why }
        _ = plane.handle(.coordinatorStarted(cluster: "c"), at: .start)
        _ = plane.handle(.submit(job(maps: 2)), at: .start)
        #expect(why(0) == "no node runs")
        #expect(why(2) == "waits until all maps are done")
        _ = plane.handle(.join(0, containers: 1), at: .start)
        #expect(why(0) == "")
        #expect(why(1) == "waits for a free container")
        _ = plane.handle(.join(1, containers: 1), at: .start)
        _ = plane.handle(.fail(map(0), on: 0), at: .start)
        #expect(why(0)?.hasPrefix("waits for a node other than task-1") == true)
    }
}
