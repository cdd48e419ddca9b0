import ClusterModel
import Testing

/// Nodes that are asked for, sent away, started and killed.
@Suite struct ScaleTests {
    static func scale(_ count: Int, _ role: NodeRole = .task, type: String = "m1.medium") -> Event {
        .scaleRequested(role, count: count, instanceType: type, request)
    }

    static func asked(_ name: String, _ role: NodeRole = .task) -> NodeRegistration {
        var registration = NodeRegistration()
        registration.name = name
        registration.role = role
        registration.instanceType = "m1.medium"
        return registration
    }

    @Test func scalingUpAsksTheLauncherForTheNodesThatAreMissing() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell(.joinLauncher)
        #expect(
            cluster.tell(Self.scale(3))
                == Decision(
                    [
                        .nodeRequested(NodeID(1), Self.asked("task-2")),
                        .nodeRequested(NodeID(2), Self.asked("task-3")),
                    ],
                    [
                        .startWorker(Self.asked("task-2"), by: launcher),
                        .startWorker(Self.asked("task-3"), by: launcher), .done,
                    ]
                )
        )
        // Those that were asked for are counted, other roles are not.
        #expect(cluster.tell(Self.scale(3)) == Decision([], [.done]))
        #expect(
            cluster.changes(Self.scale(1, .core)) == [.nodeRequested(NodeID(3), Self.asked("core-1", .core))]
        )
        #expect(cluster.changes(.join(1)) == [.nodeRegistered(node(1), worker(1))])
    }

    static let refusals: [(Event, String)] = [
        (scale(1, .master), "there is one master: scale the core or the task nodes"),
        (scale(-1), "-1 nodes are not between 0 and 1000"),
        (scale(1001), "1001 nodes are not between 0 and 1000"),
        (
            scale(1, type: "m5.xlage"),
            "there is no instance type 'm5.xlage': did you mean m5.xlarge, c5.xlarge, m3.xlarge?"
        ),
        (
            .nodeStartRequested(name: "task-9", request), "there is no node 'task-9': did you mean task-1?"
        ),
        (.nodeKillRequested(name: "task-9", request), "there is no node 'task-9': did you mean task-1?"),
        (.nodeStartRequested(name: "task-1", request), "task-1 is running already"),
        (.nodeKillRequested(name: "task-2", request), "task-2 is lost: there is nothing to kill"),
    ]

    @Test(arguments: refusals)
    func whatCannotBeIsRefused(event: Event, reason: String) {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.joinLauncher, .lose(1)])
        #expect(cluster.tell(event) == Decision([], [.refused(reason)]))
    }

    @Test(arguments: [scale(2), .nodeStartRequested(name: "task-2", request)])
    func nothingIsStartedWithoutALauncher(event: Event) {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.lose(1)])
        let refused = Decision(
            [],
            [
                .refused(
                    "no launcher is connected to start workers: start the cluster with 'martlet up', "
                        + "or workers by hand with 'martlet worker'")
            ]
        )
        #expect(cluster.tell(event) == refused)
        cluster.tell([.joinLauncher, .launcherLeft(launcher)])
        #expect(cluster.tell(event) == refused)
    }

    @Test func scalingDownStopsIdleNodesAtOnceTheYoungestFirst() {
        var cluster = Dialogue(nodes: [1, 2, 2])
        cluster.tell([.joinLauncher, .submit(job(maps: 1))])
        // The map is on node 1.
        #expect(
            cluster.tell(Self.scale(1))
                == Decision(
                    [
                        .nodeDraining(NodeID(2)), .nodeDraining(NodeID(0)), .nodeStopped(NodeID(0)),
                        .nodeStopped(NodeID(2)),
                    ],
                    [.done, .stopWorker(NodeID(0)), .stopWorker(NodeID(2))]
                )
        )
        // Their connections end; that is no loss.
        #expect(cluster.tell(.lose(2)) == .nothing)
    }

    @Test func aDrainingNodeEndsItsAttemptsAndKeepsOutputThatIsNeeded() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.joinLauncher, .submit(job(maps: 2))])
        #expect(cluster.changes(Self.scale(0)) == [.nodeDraining(NodeID(0))])
        #expect(cluster.changes(.win(map(0), on: 0)) == [.won(map(0))])
        #expect(
            cluster.changes(.join(1, containers: 1))
                == [.nodeRegistered(node(1), worker(1, containers: 1)), .launched(map(1), 1)]
        )
        #expect(cluster.changes(.win(map(1), on: 1)) == [.won(map(1)), .launched(reduce(0), 1)])
        #expect(
            cluster.tell(.win(reduce(0), on: 1))
                == Decision(
                    [
                        .won(reduce(0)), .jobCommitting(JobID(1)), .launched(commit(), 1), .nodeStopped(NodeID(0)),
                    ],
                    [.launched(commit(), 1), .stopWorker(NodeID(0))]
                )
        )
    }

    @Test func aDrainingNodeThatIsLostTakesItsWorkAlong() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.joinLauncher, .submit(job(maps: 1)), Self.scale(0)])
        #expect(
            cluster.changes(.lose(0))
                == [.nodeLost(NodeID(0), reason: "silence"), .attemptLost(map(0))]
        )
    }

    @Test func aDrainingNodeThatRunsNothingIsStoppedAndNotLostWhenItGoes() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.joinLauncher, .submit(job(maps: 2)), Self.scale(0), .win(map(0), on: 0)])
        #expect(
            cluster.changes(.lose(0))
                == [
                    .nodeStopped(NodeID(0)),
                    .mapOutputLost(map(0).task, reason: "it was on task-1, which was lost"),
                ]
        )
    }

    @Test func aStoppedNodesNameIsUsedAgainALostOnesIsNot() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.joinLauncher, Self.scale(1), .lose(0)])
        #expect(
            cluster.changes(Self.scale(2))
                == [
                    .nodeRequested(NodeID(1), Self.asked("task-2")), .nodeRequested(NodeID(2), Self.asked("task-3")),
                ]
        )
        #expect(cluster.changes(.join(1)) == [.nodeRegistered(node(1, 2), worker(1))])
    }

    @Test func aNodeThatCouldNotBeStartedIsLost() {
        var cluster = Dialogue()
        cluster.tell([.joinLauncher, Self.scale(1)])
        let failed = Event.workerEnded(name: "task-1", pid: 0, reason: "no such program")
        #expect(cluster.tell(failed) == Decision([.nodeLost(NodeID(0), reason: "no such program")], []))
        #expect(cluster.tell(failed) == .nothing)
        cluster.tell(.join(0))
        #expect(cluster.tell(failed) == .nothing)
        #expect(cluster.tell(.workerEnded(name: "task-9", pid: 0, reason: "")) == .nothing)
    }

    @Test func aStartingNodeThatIsNotNeededIsKilledByTheLauncher() {
        var cluster = Dialogue()
        cluster.tell([.joinLauncher, Self.scale(1)])
        #expect(
            cluster.tell(Self.scale(0))
                == Decision([.nodeStopped(NodeID(0))], [.killWorker(NodeID(0), by: launcher), .done])
        )
    }
}

/// `martlet start NODE` and `martlet kill NODE`.
@Suite struct NodeOrderTests {
    @Test func aNodeIsKilledByTheLauncherOfItsHost() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.launcherJoined(ConnectionID(70), host: "there"), .joinLauncher])
        #expect(
            cluster.tell(.nodeKillRequested(name: "task-1", request))
                == Decision([], [.killWorker(NodeID(0), by: launcher), .done])
        )
    }

    @Test func aNodeOnAHostWithoutLauncherIsToldToDie() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell(.launcherJoined(ConnectionID(70), host: "there"))
        #expect(
            cluster.tell(.nodeKillRequested(name: "task-1", request))
                == Decision([], [.killWorker(NodeID(0), by: nil), .done])
        )
    }

    @Test func anOldProcessThatIsBackBeforeItIsKilledDoesNotHoldTheNameOfTheNewOne() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.joinLauncher, .lose(0), .nodeStartRequested(name: "task-1", request)])
        let replaced = Event.workerReplaced(name: "task-1", pid: worker(0).pid)
        #expect(cluster.tell(replaced) == .nothing)
        cluster.tell([.join(0), .nodeDisconnected(node(0, 2))])
        #expect(
            cluster.changes(replaced) == [.nodeLost(NodeID(0), reason: "another process takes its place")])
        var next = worker(0)
        next.pid += 1
        #expect(cluster.changes(.nodeRegistering(next, ConnectionID(90))) == [.nodeRegistered(node(0, 3), next)])
        #expect(cluster.tell(replaced) == .nothing)
    }

    @Test func aLostNodeIsStartedAgainUnderItsName() {
        var cluster = Dialogue(nodes: [1])
        cluster.tell([.joinLauncher, .lose(0)])
        let again = asked(for: worker(0, containers: 1))
        #expect(
            cluster.tell(.nodeStartRequested(name: "task-1", request))
                == Decision([.nodeRequested(NodeID(0), again)], [.startWorker(again, by: launcher), .done])
        )
        #expect(
            cluster.tell(.nodeStartRequested(name: "task-1", request))
                == Decision([], [.refused("task-1 is starting already")])
        )
        #expect(
            cluster.tell(.nodeKillRequested(name: "task-1", request))
                == Decision([], [.killWorker(NodeID(0), by: launcher), .done])
        )
        #expect(cluster.changes(.join(0)) == [.nodeRegistered(node(0, 2), worker(0))])
    }

    /// The process that it was is gone; whoever is to kill the new one must not look for the old.
    private func asked(for worker: NodeRegistration) -> NodeRegistration {
        var registration = worker
        (registration.pid, registration.startTime, registration.address) = (0, 0, "")
        return registration
    }
}
