// A node whose connection broke may be well: it keeps its work until the failure detector's time is over.

extension Cluster {
    mutating func disconnect(_ incarnation: Incarnation) {
        guard isCurrent(incarnation), state.nodes[incarnation.node.number].isConnected else { return }
        change(.nodeDisconnected(incarnation.node))
    }

    /// Both sides may have missed what the other said last. The worker says again how its attempts ended; what it was told
    /// and has not heard is told again here.
    mutating func resume(_ resumption: Resumption, _ connection: ConnectionID) {
        let incarnation = resumption.incarnation
        guard isCurrent(incarnation) else { return turnAway(incarnation, connection) }
        change(.nodeResumed(incarnation.node))
        effect(.admit(connection, incarnation))
        reconcileAttempts(resumption)
        reconcileJobs(resumption)
        touchActiveJobs()
    }

    private mutating func turnAway(_ incarnation: Incarnation, _ connection: ConnectionID) {
        let node = state.nodes.indices.contains(incarnation.node.number) ? state.nodes[incarnation.node.number] : nil
        if let node, node.state == .stopped, node.incarnation == incarnation.number {
            // The order to stop was lost on its way.
            effect(.refuseNode(connection, reason: "\(node.registration.name) was taken out of the cluster"))
        } else {
            effect(.fence(connection))
        }
    }

    private mutating func reconcileAttempts(_ resumption: Resumption) {
        let id = resumption.incarnation.node
        let there = Set(resumption.attempts)
        for attempt in state.nodes[id.number].running where !there.contains(attempt) { change(.attemptLost(attempt)) }
        let believed = Set(state.nodes[id.number].running)
        for attempt in resumption.attempts
        where !believed.contains(attempt) || self[attempt.task.job].killReason(attempt) != nil {
            effect(.kill(attempt, on: id))
        }
    }

    private mutating func reconcileJobs(_ resumption: Resumption) {
        let id = resumption.incarnation.node
        let whole = Set(resumption.jobs)
        for job in resumption.jobs + resumption.incompleteJobs where !hasJob(job) || self[job].isEnded {
            effect(.forgetJob(job, on: id))
        }
        for job in state.active.map({ JobID($0) }) where self[job].preparedNodes.contains(id.number) {
            if !whole.contains(job) { effect(.prepareJob(job, on: id)) }
            if isReducing(job, on: id) { announceAllMapOutputs(of: job, to: id) }
        }
    }

    /// The launcher knows of its children's ends, also where a connection only broke.
    mutating func endWorker(_ name: String, _ pid: Int, _ reason: String) {
        guard let number = state.nodeNumbers[name] else { return }
        let node = state.nodes[number]
        if node.state == .starting {
            change(.nodeLost(NodeID(number), reason: reason))
        } else {
            loseProcess(of: NodeID(number), pid, reason)
        }
    }

    /// Asked for again, a node may come back as the old process before that is killed, and would then hold the name of the
    /// new one.
    mutating func replaceWorker(_ name: String, _ pid: Int) {
        guard let number = state.nodeNumbers[name] else { return }
        loseProcess(of: NodeID(number), pid, "another process takes its place")
    }

    private mutating func loseProcess(of id: NodeID, _ pid: Int, _ reason: String) {
        guard pid > 0, state.nodes[id.number].registration.pid == pid else { return }
        lose(incarnation(of: id), reason)
    }
}
