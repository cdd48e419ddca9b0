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

    /// A program that fails everywhere is not the nodes' fault.
    @Test func neverMoreThanHalfOfTheNodesAreExcluded() {
        var cluster = Dialogue(nodes: [1, 1, 1])
        var specification = job(maps: 9, reduces: 0)
        specification.mapAttemptLimit = 100
        cluster.tell(.submit(specification))
        var running: [(AttemptID, NodeID)] = cluster.history.compactMap { change in
            if case .attemptLaunched(let attempt, let node) = change.0 { (attempt, node) } else { nil }
        }
        var last: Set<NodeID> = []
        for _ in 0..<60 where !running.isEmpty {
            let (attempt, node) = running.removeFirst()
            for case .attemptLaunched(let next, let other) in cluster.changes(.fail(attempt, on: node.number)) {
                running.append((next, other))
            }
            last = Set(running.map(\.1))
        }
        #expect(last == [NodeID(0), NodeID(1), NodeID(2)])
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
        #expect(why(2) == "waits until more maps are done")
        _ = plane.handle(.join(0, containers: 1), at: .start)
        #expect(why(0) == "")
        #expect(why(1) == "waits for a free container")
        _ = plane.handle(.join(1, containers: 1), at: .start)
        _ = plane.handle(.fail(map(0), on: 0), at: .start)
        #expect(why(0)?.hasPrefix("waits for a node other than task-1") == true)
    }
}

/// A node on which many jobs failed that succeeded elsewhere gets no more of any.
@Suite struct NodeExclusionTests {
    private static let reason =
        "3 jobs failed on it and succeeded elsewhere: mend it, then 'martlet start task-1'"

    /// Runs a job on which a node fails until it is excluded for the job.
    private func sour(_ cluster: inout Dialogue, job number: Int, on sour: Int = 0) {
        var specification = job(maps: 6, reduces: 0, output: "file:///out-\(number)")
        specification.mapAttemptLimit = 100
        var running: [(AttemptID, NodeID)] = []
        var decision = cluster.tell(.submit(specification))
        repeat {
            for case .attemptLaunched(let attempt, let node) in decision.changes { running.append((attempt, node)) }
            guard !running.isEmpty else { return }
            let (attempt, node) = running.removeFirst()
            decision = cluster.tell(
                node.number == sour && attempt.task.kind == .map
                    ? .fail(attempt, on: sour) : .win(attempt, on: node.number))
        } while true
    }

    private func excluded() -> Dialogue {
        var cluster = Dialogue(nodes: [3, 1, 1])
        for number in 1...3 { sour(&cluster, job: number) }
        return cluster
    }

    @Test func itIsExcludedAfterThreeJobs() {
        let cluster = excluded()
        #expect(cluster.history.filter { $0.0 == .nodeExcluded(NodeID(0), reason: Self.reason) }.count == 1)
        #expect(cluster.history.count { if case .jobEnded(_, .succeeded) = $0.0 { true } else { false } } == 3)
    }

    @Test func itIsGivenNothingAndStaysAMember() {
        var cluster = excluded()
        let changes = cluster.changes(.submit(job(maps: 9, output: "file:///next")))
        #expect(changes.dropFirst() == [.launched(map(0, of: 4), 1), .launched(map(1, of: 4), 2)])
        #expect(cluster.changes(.lose(0)) == [.nodeLost(NodeID(0), reason: "silence")])
    }

    @Test func startIncludesItAgain() {
        var cluster = excluded()
        #expect(
            cluster.tell(.nodeStartRequested(name: "task-1", request))
                == Decision([.nodeIncluded(NodeID(0))], [.done]))
        #expect(cluster.changes(.submit(job(maps: 1, output: "file:///next"))).last == .launched(map(0, of: 4), 0))
    }

    @Test func aNewProcessHasACleanRecord() {
        var cluster = excluded()
        cluster.tell([.lose(0), .join(0, containers: 3)])
        #expect(cluster.changes(.submit(job(maps: 1, output: "file:///next"))).last == .launched(map(0, of: 4), 0))
    }

    @Test func neverMoreThanHalfOfTheNodes() {
        var cluster = Dialogue(nodes: [3, 3])
        for number in 1...3 { sour(&cluster, job: number) }
        cluster.tell(.join(2, containers: 3))
        for number in 4...6 { sour(&cluster, job: number, on: 1) }
        // One of two may be excluded, and two of three may not.
        let excluded = cluster.history.compactMap { if case .nodeExcluded(let node, _) = $0.0 { node } else { nil } }
        #expect(excluded == [NodeID(0)])
    }
}
