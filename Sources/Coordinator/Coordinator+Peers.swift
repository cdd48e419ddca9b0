internal import ClusterModel
internal import Logging
internal import Transport
internal import Wire

// What workers and launchers say becomes events.

extension Coordinator {
    func handleWorker(_ message: WorkerMessage, _ connection: ConnectionID) {
        switch message {
        case .register(let registration): return register(registration, connection)
        case .resume(let resumption): return resume(resumption, connection)
        default: break
        }
        // A worker that was refused or declared lost has nothing more to say.
        guard let source = nodes[connection] else { return }
        if case .heartbeat(let attempts, let heard) = message {
            let hearing = FailureDetector.Hearing(heard: heard, sent: peers[connection]?.sentCount ?? heard)
            plane.hear(source, attempts, hearing, at: now)
            return acknowledge(connection)
        }
        plane.hear(source, at: now)
        unacknowledged.insert(connection)
        if case .log(let number, let excerpt) = message { answerLog(number, excerpt, from: source.node) }
        if let event = message.event(from: source) { decide(event) }
    }

    private func register(_ registration: NodeRegistration, _ connection: ConnectionID) {
        guard nodes[connection] == nil else { return }
        decide(.nodeRegistering(registration, connection))
    }

    private func resume(_ resumption: Resumption, _ connection: ConnectionID) {
        guard nodes[connection] == nil else { return }
        decide(.nodeResuming(resumption, connection))
    }

    func handleLauncher(_ message: LauncherMessage, _ connection: ConnectionID) {
        decide(message.event(over: connection))
    }

    /// The few changes that somebody who looks after the cluster wants to find in its log.
    func note(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .nodeRegistered(let incarnation, let node):
                log.info("\(node.name) joined as \(incarnation), pid \(node.pid) on \(node.host)")
            case .nodeLost(let node, let reason): log.warning("\(plane.name(of: node)) is lost: \(reason)")
            case .nodeDisconnected(let node): log.warning("the connection to \(plane.name(of: node)) broke")
            case .nodeResumed(let node): log.info("\(plane.name(of: node)) is back and goes on")
            case .nodeExcluded(let node, let reason): log.warning("\(plane.name(of: node)) is excluded: \(reason)")
            case .nodeStopped(let node): log.info("\(plane.name(of: node)) stopped")
            case .jobSubmitted(let job, let specification): log.info("\(job) submitted: \(specification.name)")
            case .jobEnded(let job, let outcome): log.info("\(job) \(outcome.text)")
            case .attemptFailed(let attempt, let failure): log.info("\(attempt) failed: \(failure.reason)")
            default: break
            }
        }
    }
}
