import ClusterModel
import Testing

/// A node whose connection broke, and that is back in time or not.
@Suite struct ResumeTests {
    private static let broken = Event.nodeDisconnected(node(0))

    private func back(
        _ incarnation: Incarnation = node(0), attempts: [AttemptID] = [], jobs: [Int] = [1], incomplete: [Int] = []
    ) -> Event {
        var resumption = Resumption(incarnation)
        resumption.attempts = attempts
        resumption.jobs = jobs.map { JobID($0) }
        resumption.incompleteJobs = incomplete.map { JobID($0) }
        return .nodeResuming(resumption, ConnectionID(7))
    }

    private func working() -> Dialogue {
        var cluster = Dialogue(nodes: [2])
        cluster.tell(.submit(job(maps: 2)))
        return cluster
    }

    @Test func whatRunsThereGoesOn() {
        var cluster = working()
        #expect(cluster.tell(Self.broken) == Decision([.nodeDisconnected(NodeID(0))], []))
        #expect(cluster.tell(Self.broken) == .nothing)
        #expect(
            cluster.tell(back(attempts: [map(0), map(1)]))
                == Decision([.nodeResumed(NodeID(0))], [.admit(ConnectionID(7), node(0))]))
        #expect(cluster.changes(.win(map(0), on: 0)) == [.won(map(0))])
    }

    @Test func nothingIsLaunchedWhileItCannotHear() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell([Self.broken, .submit(job(maps: 1))])
        #expect(!cluster.history.contains { if case .attemptLaunched = $0.0 { true } else { false } })
        #expect(cluster.changes(back(jobs: [])).last == .launched(map(0), 0))
    }

    @Test func anOrderThatWasOnItsWayIsGivenAgain() {
        var cluster = working()
        cluster.tell(Self.broken)
        let changes = cluster.changes(back(attempts: [map(1)]))
        #expect(changes == [.nodeResumed(NodeID(0)), .attemptLost(map(0)), .launched(map(0, 1), 0)])
    }

    @Test func whyAnOrderWasLostIsSaid() {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        for event: Event in [
            .coordinatorStarted(cluster: "test"), .join(0), .submit(job(maps: 1)), Self.broken, back(),
        ] { _ = plane.handle(event, at: .start) }
        #expect(
            plane.tasks(of: JobID(1), at: .start)?[0].attempts[0].reason
                == "the order to run it was lost when the connection to task-1 broke")
    }

    @Test func whatItShouldNotRunIsKilled() {
        var cluster = working()
        cluster.tell([.cancel(1), Self.broken])
        // The order to kill may have been on its way too; map 7 is nobody's.
        let effects = cluster.effects(back(attempts: [map(0), map(1), map(7)]))
        #expect(
            effects == [
                .admit(ConnectionID(7), node(0)), .kill(map(0), on: NodeID(0)), .kill(map(1), on: NodeID(0)),
                .kill(map(7), on: NodeID(0)),
            ])
    }

    @Test func jobsThatEndedMeanwhileAreForgotten() {
        var cluster = working()
        cluster.tell(.join(1))
        #expect(
            cluster.effects(back(attempts: [map(0), map(1)], jobs: [1, 8], incomplete: [9]))
                == [.admit(ConnectionID(7), node(0)), .forget(0, job: 8), .forget(0, job: 9)])
    }

    @Test func filesThatDidNotComeWholeAreSentAgain() {
        for event in [
            back(attempts: [map(0), map(1)], jobs: []), back(attempts: [map(0), map(1)], jobs: [], incomplete: [1]),
        ] {
            var cluster = working()
            cluster.tell(Self.broken)
            #expect(cluster.effects(event) == [.admit(ConnectionID(7), node(0)), .prepare(0)])
        }
    }

    @Test func reducersAreToldAgainWhereMapOutputIs() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.submit(job(maps: 1)), .win(map(0), on: 0), Self.broken])
        #expect(
            cluster.effects(back(attempts: [reduce(0)]))
                == [.admit(ConnectionID(7), node(0)), .announceMapOutputs(JobID(1), maps: [0], to: NodeID(0))])
    }

    @Test func whoIsBackTooLateIsFenced() {
        var cluster = working()
        cluster.tell([Self.broken, .lose(0)])
        #expect(cluster.tell(back(attempts: [map(0)])) == Decision([], [.fence(ConnectionID(7))]))
        cluster.tell(.join(0))
        #expect(cluster.tell(back(attempts: [map(0)])) == Decision([], [.fence(ConnectionID(7))]))
    }

    @Test(arguments: [node(7), node(-1), node(0, 0), node(0, 2)]) func strangersAreFenced(stranger: Incarnation) {
        var cluster = working()
        #expect(cluster.tell(back(stranger)) == Decision([], [.fence(ConnectionID(7))]))
    }

    @Test func whoIsBackBeforeItWasMissedGoesOnToo() {
        var cluster = working()
        #expect(
            cluster.tell(back(attempts: [map(0), map(1)]))
                == Decision([.nodeResumed(NodeID(0))], [.admit(ConnectionID(7), node(0))]))
    }

    @Test func aDrainedNodeIsToldToStopWhenItCanHear() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([
            .submit(job(maps: 1, reduces: 0)), .scaleRequested(.task, count: 0, instanceType: "m1.medium", request),
        ])
        cluster.tell([Self.broken, .cancel(1)])
        #expect(!cluster.history.contains { $0.0 == .nodeStopped(NodeID(0)) })
        #expect(cluster.effects(back()).last == .stopWorker(NodeID(0)))
    }

    @Test func itIsSuspectUntilItIsBackAndLostWhenItsTimeIsOver() {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        for event: Event in [.coordinatorStarted(cluster: "test"), .join(0), Self.broken] {
            _ = plane.handle(event, at: .start)
        }
        #expect(plane.nodes().map(\.state) == ["suspect"])
        let second = Instant.start.advanced(by: .seconds(1))
        _ = plane.expire(at: second)
        _ = plane.handle(back(), at: second)
        #expect(plane.nodes().map(\.state) == ["running"])
        _ = plane.handle(Self.broken, at: second)
        _ = plane.expire(at: second.advanced(by: .seconds(1)))
        #expect(
            plane.expire(at: second.advanced(by: .seconds(2))).flatMap(\.decision.changes)
                == [.nodeLost(NodeID(0), reason: "it was silent for 2000 ms")])
    }

    @Test func aLaunchersWordEndsTheWaiting() {
        var cluster = working()
        cluster.tell(Self.broken)
        #expect(cluster.tell(.workerEnded(name: "task-1", pid: 99, reason: "another's")) == .nothing)
        #expect(
            cluster.changes(.workerEnded(name: "task-1", pid: 100, reason: "killed"))
                == [.nodeLost(NodeID(0), reason: "killed"), .attemptLost(map(0)), .attemptLost(map(1))])
    }
}
