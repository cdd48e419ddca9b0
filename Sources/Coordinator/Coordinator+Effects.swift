internal import ClusterModel
internal import Transport
internal import Wire

// Effects become calls.

extension Coordinator {
    func perform(_ effect: Effect) {
        switch effect {
        case .admit(let connection, let incarnation): admit(incarnation, connection)
        case .fence(let connection): peers[connection]?.send(WorkerOrder.fence)
        case .refuseNode(let connection, let reason): refuse(connection, reason)
        case .disconnect(let incarnation): disconnect(incarnation)
        case .startWorker(let registration, let launcher):
            peers[launcher]?.send(LauncherOrder.startWorker(registration))
        case .stopWorker(let node): send(.stop, to: node)
        case .killWorker(let node, let launcher): kill(node, launcher)
        case .injectFault(let node, let fault, let launcher): inject(fault, node, launcher)
        // Done before the change was journaled.
        case .keepJobFiles: break
        case .prepareJob(let job, let node): prepare(job, node)
        case .launch(let attempt, let node):
            if let assignment = plane.cluster.assignment(of: attempt) { send(.launch(attempt, assignment), to: node) }
        case .kill(let attempt, let node): send(.kill(attempt), to: node)
        case .announceMapOutputs(let job, let maps, let node):
            announce(maps, of: job, to: node)
        case .forgetJob(let job, let node): send(.forgetJob(job), to: node)
        case .dropJobFiles(let job): dropFiles(of: job)
        case .answer(let request, let answer): tell(answer, to: request)
        }
    }

    func send(_ order: WorkerOrder, to node: NodeID) {
        guard let id = nodes[node], let connection = peers[id] else { return }
        queues[id, default: OrderQueue()].send(order, on: connection)
    }

    private func admit(_ incarnation: Incarnation, _ connection: ConnectionID) {
        // A worker that is back before the end of its last connection was noticed.
        if let last = nodes.admit(incarnation, over: connection) { letGo(last) }
        let interval = Int(configuration.heartbeatTimeout.milliseconds) / Self.heartbeatsPerTimeout
        peers[connection]?.send(WorkerOrder.admit(incarnation, heartbeatMilliseconds: max(1, interval)))
    }

    private func refuse(_ connection: ConnectionID, _ reason: String) {
        peers[connection]?.send(WorkerOrder.refuse(reason: reason))
        letGo(connection)
    }

    private func disconnect(_ incarnation: Incarnation) {
        guard let connection = nodes.disconnect(incarnation) else { return }
        // Through a cut network not even the end of a connection is heard.
        if cuts[incarnation.node] != nil { peers[connection] = nil }
        letGo(connection)
        answerLogs(ofLost: incarnation.node)
    }

    private func kill(_ node: NodeID, _ launcher: ConnectionID?) {
        guard let launcher else { return send(.die, to: node) }
        let worker = plane.cluster.registration(of: node)
        let order = LauncherOrder.killWorker(name: worker.name, pid: worker.pid, startTime: worker.startTime)
        peers[launcher]?.send(order)
    }

    private func inject(_ fault: NodeFault, _ node: NodeID, _ id: ConnectionID?) {
        let launcher = id.flatMap { peers[$0] }
        let worker = plane.cluster.registration(of: node)
        switch fault {
        case .freeze:
            launcher?.send(LauncherOrder.freezeWorker(pid: worker.pid, startTime: worker.startTime))
        case .thaw:
            launcher?.send(LauncherOrder.thawWorker(pid: worker.pid, startTime: worker.startTime))
        case .cut(let direction): cut(node, direction)
        case .heal: heal(node)
        }
    }

    /// The worker does the same with the other nodes; it is told just before.
    private func cut(_ node: NodeID, _ direction: CutDirection) {
        guard let connection = nodes[node].flatMap({ peers[$0] }) else { return }
        heal(node)
        connection.send(WorkerOrder.cut(direction))
        connection.flush()
        // What is inbound for the node is outbound here.
        connection.cut(inbound: direction.stopsOutbound, outbound: direction.stopsInbound)
        cuts[node] = connection
    }

    private func heal(_ node: NodeID) {
        guard let connection = cuts.removeValue(forKey: node) else { return }
        connection.cut(inbound: false, outbound: false)
        connection.send(WorkerOrder.cut(nil))
        // Declared lost meanwhile, the node hears of it now.
        if nodes[node].flatMap({ peers[$0] }) !== connection { connection.close() }
    }

    private func prepare(_ id: JobID, _ node: NodeID) {
        let specification = plane.cluster.specification(of: id)
        var job = JobProgram()
        job.job = id
        job.folderName = plane.cluster.temporaryFolderName(of: id)
        job.output = specification.output
        job.reduceCount = specification.reduceCount
        job.program = specification.program
        send(.prepareJob(job), to: node)
        guard let connection = nodes[node] else { return }
        queues[connection, default: OrderQueue()].sendFiles(of: id, count: jobFiles[id].count)
        goOn(connection)
    }

    /// The worker takes more of what waits for it.
    func goOn(_ id: ConnectionID) {
        guard let connection = peers[id] else { return }
        queues[id, default: OrderQueue()].goOn(jobFiles, on: connection)
    }

    /// Millions of locations are more than one message holds.
    private func announce(_ maps: [Int], of job: JobID, to node: NodeID) {
        for start in stride(from: 0, to: maps.count, by: Self.locationsPerMessage) {
            let some = Array(maps[start..<min(start + Self.locationsPerMessage, maps.count)])
            send(.mapOutputs(job, plane.cluster.locations(of: some, in: job)), to: node)
        }
    }

    private static let locationsPerMessage = 50_000

    private func tell(_ answer: Answer, to request: RequestID) {
        switch answer {
        case .done: reply(.done, to: request)
        case .refused(let reason): reply(.refused(reason), to: request)
        case .submitted(let job): reply(.submitted(job), to: request)
        }
    }
}
