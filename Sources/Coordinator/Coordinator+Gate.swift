internal import ClusterModel
internal import Transport
internal import Wire

/// What waits for the journal, or behind something that does.
enum Outgoing: Sendable {
    case effect(Effect)
    case reply(ClientReply, RequestID)
    /// The worker need not say again what it has said in so many messages.
    case heard(ConnectionID, Int)
}

// What becomes known outside must survive a crash: it waits for the journal's sync.

extension Coordinator {
    func dispatch(_ effect: Effect) {
        let sequence = plane.cluster.changeAwaited(by: effect)
        if gate.pass(.effect(effect), after: sequence, to: effect.node.map { .node($0) }) { perform(effect) }
    }

    func reply(_ reply: ClientReply, to request: RequestID) {
        pass(reply, after: plane.cluster.changeAwaitedByReports, to: request)
    }

    /// - Parameter sequence: Of the change that must be synced before; 0 for what is synced, which need only keep its place
    ///   behind what this client is waiting for.
    func pass(_ reply: ClientReply, after sequence: Int = 0, to request: RequestID) {
        let destination = SyncGate<Outgoing>.Destination.connection(request.connection)
        if gate.pass(.reply(reply, request), after: sequence, to: destination) { send(reply, to: request) }
    }

    /// The worker may forget what it has said until now.
    func acknowledge(_ connection: ConnectionID) {
        guard unacknowledged.remove(connection) != nil, let peer = peers[connection] else { return }
        let heard = Outgoing.heard(connection, peer.heardCount)
        if gate.pass(heard, after: plane.cluster.sequence, to: nil) { perform(heard) }
    }

    /// Whoever asked just before the journal was found to be stuck would otherwise learn nothing until it is not.
    func releaseReports() {
        let reports = gate.release { item in
            if case .reply(let reply, _) = item { reply.isReport } else { false }
        }
        for report in reports { perform(report) }
    }

    func perform(_ item: Outgoing) {
        switch item {
        case .effect(let effect): perform(effect)
        case .reply(let reply, let request): send(reply, to: request)
        case .heard(let connection, let count): peers[connection]?.send(WorkerOrder.heard(count))
        }
    }

    private func send(_ reply: ClientReply, to request: RequestID) {
        peers[request.connection]?.send(Numbered(request.number, reply))
    }
}
