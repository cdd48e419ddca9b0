internal import ClusterModel
internal import Wire

// Effects become parcels.

extension Simulation {
    mutating func perform(_ effect: Effect) {
        switch effect {
        case .admit(let connection, let incarnation): admit(incarnation, connection)
        case .fence(let connection): sendDown(.order(.fence), connection.number)
        case .refuseNode(let connection, let reason):
            sendDown(.order(.refuse(reason: reason)), connection.number)
            close(connection.number, isBroken: false)
        case .disconnect(let incarnation):
            if let connection = coordinator.nodes.disconnect(incarnation) { close(connection.number, isBroken: false) }
        case .startWorker(let registration, let connection):
            sendDown(.launcherOrder(.startWorker(registration)), connection.number)
        case .stopWorker(let node): send(.stop, to: node)
        case .killWorker(let node, let connection): kill(node, connection)
        case .injectFault(let node, let fault, let connection): inject(fault, node, connection)
        case .prepareJob(let job, let node):
            var program = JobProgram()
            program.job = job
            program.reduceCount = coordinator.plane.cluster.specification(of: job).reduceCount
            send(.prepareJob(program), to: node)
        case .launch(let attempt, let node):
            guard let assignment = coordinator.plane.cluster.assignment(of: attempt) else { return }
            send(.launch(attempt, assignment), to: node)
        case .kill(let attempt, let node): send(.kill(attempt), to: node)
        case .announceMapOutputs(let job, let maps, let node):
            send(.mapOutputs(job, coordinator.plane.cluster.locations(of: maps, in: job)), to: node)
        case .forgetJob(let job, let node): send(.forgetJob(job), to: node)
        case .answer(let request, let answer): sendDown(.answer(request.number, answer), request.connection.number)
        case .keepJobFiles, .dropJobFiles: break
        }
    }

    private mutating func send(_ order: WorkerOrder, to node: NodeID) {
        guard let connection = coordinator.nodes[node] else { return }
        sendDown(.order(order), connection.number)
    }

    private mutating func admit(_ incarnation: Incarnation, _ connection: ConnectionID) {
        if let last = coordinator.nodes.admit(incarnation, over: connection) { close(last.number, isBroken: false) }
        sendDown(.order(.admit(incarnation, heartbeatMilliseconds: 1)), connection.number)
    }

    private mutating func kill(_ node: NodeID, _ connection: ConnectionID?) {
        guard let connection else { return send(.die, to: node) }
        let worker = coordinator.plane.cluster.registration(of: node)
        let order = LauncherOrder.killWorker(name: worker.name, pid: worker.pid, startTime: worker.startTime)
        sendDown(.launcherOrder(order), connection.number)
    }

    private mutating func inject(_ fault: NodeFault, _ node: NodeID, _ connection: ConnectionID?) {
        let worker = coordinator.plane.cluster.registration(of: node)
        let place = workers.lastIndex { $0.registration.pid == worker.pid }
        switch fault {
        case .freeze, .thaw:
            guard let connection else { return }
            let order: LauncherOrder =
                fault == .freeze
                ? .freezeWorker(pid: worker.pid, startTime: worker.startTime)
                : .thawWorker(pid: worker.pid, startTime: worker.startTime)
            sendDown(.launcherOrder(order), connection.number)
        case .cut(let direction): if let place { cut(place, direction) }
        case .heal: if let place { heal(place) }
        }
    }
}
