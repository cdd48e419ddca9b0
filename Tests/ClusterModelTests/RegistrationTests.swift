import ClusterModel
import Testing

@Suite struct RegistrationTests {
    @Test func aNodeIsAdmittedInItsFirstIncarnation() {
        var cluster = Dialogue()
        let worker = worker(0)
        #expect(
            cluster.tell(.nodeRegistering(worker, ConnectionID(7)))
                == Decision([.nodeRegistered(node(0), worker)], [.admit(ConnectionID(7), node(0))])
        )
    }

    @Test func aSecondNodeUnderALiveNameIsRefusedWithHostAndPidOfTheFirst() {
        var cluster = Dialogue(nodes: [2])
        #expect(
            cluster.tell(.nodeRegistering(worker(0, host: "there"), ConnectionID(7)))
                == Decision(
                    [],
                    [
                        .refuseNode(
                            ConnectionID(7),
                            reason: "the name 'task-1' is taken by the worker with pid 100 on here: "
                                + "choose another with --name, or end that one first")
                    ]
                )
        )
    }

    /// As one that was started again while the coordinator was away.
    @Test func aSecondNodeUnderTheNameOfOneWhoseConnectionBrokeIsToldToWait() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell(.nodeDisconnected(node(0)))
        #expect(
            cluster.effects(.nodeRegistering(worker(0, host: "there"), ConnectionID(7))) == [
                .refuseNode(
                    ConnectionID(7),
                    reason: "the name 'task-1' is taken by the worker with pid 100 on here, whose connection broke and "
                        + "which may be back: try again when it is lost, after the heartbeat timeout, or choose "
                        + "another name with --name")
            ])
    }

    @Test func aLostNodeReturnsUnderItsNumberInTheNextIncarnation() {
        var cluster = Dialogue(nodes: [2, 2])
        #expect(
            cluster.tell(.lose(0))
                == Decision([.nodeLost(NodeID(0), reason: "silence")], [.disconnect(node(0))])
        )
        #expect(
            cluster.tell(.join(0))
                == Decision([.nodeRegistered(node(0, 2), worker(0))], [.admit(ConnectionID(0), node(0, 2))])
        )
    }

    @Test func aNodeIsLostOnceInAnIncarnation() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell(.lose(0))
        #expect(cluster.tell(.lose(0)) == .nothing)
        cluster.tell(.join(0))
        #expect(cluster.tell(.lose(0)) == .nothing)
        #expect(cluster.tell(.lose(5)) == .nothing)
    }

    @Test(arguments: ["", ".hidden", "a/b", "a b", "master", "한글", String(repeating: "a", count: 101)])
    func aNameThatIsNoneIsRefused(name: String) {
        var worker = worker(0)
        worker.name = name
        #expect(refusal(of: worker)?.contains("is no node name") == true)
    }

    @Test(arguments: ["a", "A.b-c_9", String(repeating: "a", count: 100)])
    func aNameOfLettersDigitsAndMarksIsTaken(name: String) {
        var worker = worker(0)
        worker.name = name
        #expect(refusal(of: worker) == nil)
    }

    @Test(arguments: [(-1, true), (0, true), (1, false), (1024, false), (1025, true)])
    func containersAreBetween1And1024(containers: Int, isRefused: Bool) {
        #expect(
            refusal(of: worker(0, containers: containers))
                == (isRefused ? "\(containers) containers are not between 1 and 1024" : nil)
        )
    }

    @Test func aWorkerIsNotTheMaster() {
        #expect(
            refusal(of: worker(0, role: .master)) == "a worker is a core or a task node, not the master"
        )
    }

    private func refusal(of worker: NodeRegistration) -> String? {
        var cluster = Dialogue()
        let decision = cluster.tell(.nodeRegistering(worker, ConnectionID(7)))
        guard case .refuseNode(ConnectionID(7), let reason)? = decision.effects.first else { return nil }
        #expect(decision.changes == [])
        return reason
    }
}
