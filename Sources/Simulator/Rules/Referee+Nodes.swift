internal import ClusterModel

// What nodes come to, and what is ordered.

extension Referee {
    mutating func followNode(_ change: Change) {
        switch change {
        case .nodeRequested(let id, _): update(id) { _ in }
        case .nodeRegistered(let incarnation, let registration): register(incarnation, registration)
        case .nodeDisconnected(let id):
            check(nodes[id.number].isLive && nodes[id.number].isConnected, "\(id) has no connection that could break")
            update(id) { $0.isConnected = false }
        case .nodeResumed(let id):
            check(nodes[id.number].isLive, "\(id) is gone and resumes")
            update(id) { $0.isConnected = true }
        case .nodeDraining(let id): update(id) { $0.takesAttempts = false }
        case .nodeExcluded(let id, _):
            check(nodes[id.number].takesAttempts, "\(id) takes no attempts and is excluded")
            update(id) { $0.takesAttempts = false }
            check(nodes.contains(where: \.takesAttempts), "the last node is excluded")
        case .nodeIncluded(let id): update(id) { $0.takesAttempts = true }
        case .nodeLost(let id, _), .nodeStopped(let id): lose(id)
        default: break
        }
    }

    private mutating func update(_ id: NodeID, _ body: (inout NodeRecord) -> Void) {
        while nodes.count <= id.number { nodes.append(NodeRecord()) }
        if nodes[id.number].takesAttempts { containers -= nodes[id.number].containers }
        body(&nodes[id.number])
        if nodes[id.number].takesAttempts { containers += nodes[id.number].containers }
    }

    private mutating func register(_ incarnation: Incarnation, _ registration: NodeRegistration) {
        update(incarnation.node) { node in
            let next = node.incarnation + 1
            let running = node.running
            node = NodeRecord()
            (node.incarnation, node.running) = (next, running)
            node.containers = registration.containers
            (node.isLive, node.takesAttempts) = (true, true)
        }
        let node = nodes[incarnation.node.number]
        check(node.incarnation == incarnation.number, "\(incarnation) is not the next")
        check(node.running == 0, "\(incarnation) registers and runs attempts already")
    }

    private mutating func lose(_ id: NodeID) {
        guard nodes.indices.contains(id.number) else { return update(id) { _ in } }
        let incarnation = Incarnation(node: id, number: nodes[id.number].incarnation)
        let (maps, wasLive) = (nodes[id.number].maps, nodes[id.number].isLive)
        update(id) { node in
            (node.isLive, node.takesAttempts) = (false, false)
            (node.prepared, node.maps) = ([], [])
        }
        lost.append(id)
        guard wasLive else { return }
        for map in maps where self[map].holder == incarnation && !self[map].isStranded {
            self[map].isStranded = true
            jobs[map.job.number - 1].stranded += 1
            if touched.last != map.job { touched.append(map.job) }
        }
    }

    // MARK: - Effects

    mutating func checkEffects(_ decision: Decision, on event: Event) {
        for id in lost {
            check(nodes[id.number].isLive || nodes[id.number].running == 0, "\(id) runs attempts and is gone")
        }
        lost.removeAll(keepingCapacity: true)
        var launches = decision.changes.lazy.compactMap(\.launched?.attempt).makeIterator()
        var answers = 0
        for effect in decision.effects {
            switch effect {
            case .prepareJob(let job, let node): prepare(job, node)
            case .launch(let attempt, let node):
                let next = launches.next()
                check(next == attempt, "\(attempt) is ordered, and not \(next.map { "\($0)" } ?? "anything")")
                check(nodes[node.number].prepared.contains(attempt.task.job), "\(attempt) comes unprepared")
            case .forgetJob(let job, let node): nodes[node.number].prepared.removeAll { $0 == job }
            case .answer: answers += 1
            default: break
            }
        }
        let unordered = launches.next()
        check(unordered == nil, "\(unordered.map { "\($0)" } ?? "") is launched, and not ordered")
        check(answers == (event.isRequest ? 1 : 0), "\(answers) answers to \(event)")
        checkKills(decision)
    }

    mutating func prepare(_ job: JobID, _ node: NodeID) {
        if !nodes[node.number].prepared.contains(job) { nodes[node.number].prepared.append(job) }
    }

    private mutating func checkKills(_ decision: Decision) {
        for case .attemptKillRequested(let attempt, _) in decision.changes {
            let isOrdered = decision.effects.contains { effect in
                if case .kill(attempt, _) = effect { true } else { false }
            }
            check(isOrdered, "nobody is told to kill \(attempt)")
        }
    }
}

extension Change {
    var launched: (attempt: AttemptID, node: NodeID)? {
        switch self {
        case .attemptLaunched(let attempt, let node), .backupLaunched(let attempt, let node): (attempt, node)
        default: nil
        }
    }
}
