import ClusterModel
import Testing

/// Short attempts wait on nodes, long ones at the coordinator.
@Suite struct QueueTests {
    /// One node of two containers, on which the first two of so many maps run.
    private func cluster(maps: Int, step: Duration, reduces: Int = 0) -> Dialogue {
        var cluster = Dialogue(nodes: [2])
        cluster.tell(.submit(job(maps: maps, reduces: reduces)))
        cluster.step = step
        return cluster
    }

    /// Of the node, when attempts take 10 ms.
    private let places = 12

    @Test func behindShortAttemptsAsManyWaitAsTake50Milliseconds() {
        var cluster = cluster(maps: 20, step: .milliseconds(10))
        #expect(
            cluster.changes(.win(map(0), on: 0))
                == [.won(map(0))] + (2...places).map { .launched(map($0), 0) })
        // These had to wait, so fewer are sent after them.
        #expect(cluster.changes(.win(map(1), on: 0)) == [.won(map(1))])
    }

    @Test func behindLongAttemptsNoneWaits() {
        var cluster = cluster(maps: 20, step: .milliseconds(60))
        #expect(cluster.changes(.win(map(0), on: 0)) == [.won(map(0)), .launched(map(2), 0)])
    }

    @Test func nodesWithFreeContainersComeFirst() {
        var cluster = cluster(maps: 20, step: .milliseconds(10))
        cluster.tell(.win(map(0), on: 0))
        // What waits on the first node is there already; the second gets what is left, its containers first.
        #expect(
            cluster.changes(.join(1, containers: 1))
                == [.nodeRegistered(node(1), worker(1, containers: 1))] + (13...18).map { .launched(map($0), 1) })
    }

    @Test func reducersNeverWaitOnNodes() {
        var cluster = cluster(maps: 1, step: .milliseconds(10), reduces: 4)
        #expect(
            cluster.changes(.win(map(0), on: 0)) == [.won(map(0)), .launched(reduce(0), 0), .launched(reduce(1), 0)])
    }

    @Test func whatWaitsOnALostNodeRunsElsewhere() {
        var cluster = cluster(maps: 13, step: .milliseconds(10))
        cluster.tell(.win(map(0), on: 0))
        let changes = cluster.changes(.lose(0))
        #expect(changes.count { if case .attemptLost = $0 { true } else { false } } == places)
        #expect(
            cluster.changes(.join(1, containers: 2)).dropFirst().prefix(2) == [
                .launched(map(1, 1), 1), .launched(map(2, 1), 1),
            ])
    }

    @Test func whatWaitsIsKilledWhenItsJobIsCancelled() {
        var cluster = cluster(maps: 20, step: .milliseconds(10))
        cluster.tell(.win(map(0), on: 0))
        let kills = cluster.effects(.cancel(1)).count { if case .kill = $0 { true } else { false } }
        #expect(kills == places)
    }

    @Test func anotherJobsAttemptsWaitForContainers() {
        var cluster = cluster(maps: 3, step: .milliseconds(10))
        cluster.tell(.win(map(0), on: 0))
        cluster.tell(.submit(job(maps: 1, reduces: 0, output: "file:///other")))
        #expect(cluster.changes(.win(map(1), on: 0)) == [.won(map(1)), .launched(map(0, of: 2), 0)])
    }

    @Test func aJobWithoutOutputNeedsNoCommit() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell(.submit(job(maps: 1, reduces: 0, output: "")))
        #expect(
            cluster.changes(.win(map(0), on: 0)) == [
                .won(map(0)), .jobCommitting(JobID(1)), .jobEnded(JobID(1), .succeeded),
            ])
    }

    @Test func aJobWithoutOutputIsCancelledAndHasNothingToRemove() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell([.submit(job(maps: 1, reduces: 0, output: "")), .submit(job(maps: 1, reduces: 0, output: ""))])
        cluster.tell(.cancel(1))
        #expect(
            cluster.changes(.killed(map(0), on: 0))
                == [.attemptKilled(map(0), reason: "its job was cancelled"), .jobEnded(JobID(1), .cancelled)])
    }
}
