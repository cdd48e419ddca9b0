// Attempts end: won, failed, killed, or without being able to read what they need.

extension Cluster {
    mutating func succeed(_ attempt: AttemptID, _ counters: Counters, from source: Incarnation) {
        guard isRunning(attempt, on: source) else { return }
        let id = attempt.task.job
        switch self[id].phase {
        case .running, .committing: break
        case .aborting where attempt.task.kind == .abort || attempt.task.kind == .commit: break
        case .aborting, .ended:
            change(.attemptKilled(attempt, reason: "its job is over"))
            return
        }
        change(.attemptSucceeded(attempt, counters))
        if attempt.task.kind == .map { announce(attempt.task) }
    }

    /// Running reducers that wait for a map that was made again are told where it is.
    private mutating func announce(_ map: TaskID) {
        var told: [NodeID] = []
        for reduce in self[map.job].runningReduces {
            let node = self[map.job][.reduce].tasks[reduce.task.index].nodeID
            guard !told.contains(node) else { continue }
            told.append(node)
            effect(.announceMapOutputs(map.job, maps: [map.index], to: node))
        }
    }

    mutating func fail(_ attempt: AttemptID, _ failure: AttemptFailure, from source: Incarnation) {
        let failure = failure.cut()
        guard isRunning(attempt, on: source) else { return }
        if let reason = self[attempt.task.job].killReason(attempt) {
            change(.attemptKilled(attempt, reason: reason))
            return
        }
        let nodeName = state.nodes[source.node.number].registration.name
        change(.attemptFailed(attempt, failure))
        failIfOutOfAttempts(attempt, failure, nodeName)
    }

    /// The task has failed once more; if that was once too often, the job fails with it.
    private mutating func failIfOutOfAttempts(_ attempt: AttemptID, _ failure: AttemptFailure, _ nodeName: String) {
        let job = self[attempt.task.job]
        let task = job[attempt.task.kind].tasks[attempt.task.index]
        guard Int(task.failures) >= job.specification.attemptLimit(attempt.task.kind) else { return }
        guard job.phase == .running || job.phase == .committing else { return }
        var reason = JobFailure()
        reason.reason = failure.reason
        reason.attempt = attempt
        reason.node = nodeName
        reason.exitStatus = failure.exitStatus
        reason.standardError = failure.standardError
        abort(attempt.task.job, .failed(reason))
    }

    mutating func confirmKill(_ attempt: AttemptID, from source: Incarnation) {
        guard isRunning(attempt, on: source) else { return }
        change(.attemptKilled(attempt, reason: self[attempt.task.job].killReason(attempt) ?? "killed"))
    }

    mutating func timeOut(_ attempt: AttemptID) {
        guard let node = nodeRunning(attempt), self[attempt.task.job].killReason(attempt) == nil else { return }
        let seconds = self[attempt.task.job].specification.taskTimeout / 1000
        let failure = AttemptFailure(
            reason: "it gave no sign of progress for \(seconds) s (mapreduce.task.timeout)"
        )
        let source = Incarnation(node: node, number: state.nodes[node.number].incarnation)
        effect(.kill(attempt, on: node))
        fail(attempt, failure, from: source)
    }

    mutating func noteFetchFailure(_ reduce: AttemptID, _ map: AttemptID, from source: Incarnation) {
        guard reduce.task.kind == .reduce, map.task.kind == .map, reduce.task.job == map.task.job else { return }
        guard isRunning(reduce, on: source), isWinner(map), self[map.task.job].needsMapOutput else { return }
        change(.fetchFailed(map.task))
        let reports = self[map.task.job].fetchFailures[UInt32(map.task.index)] ?? 0
        guard Int(reports) >= Self.fetchFailureLimit else { return }
        let node = state.nodes[self[map.task.job][.map].tasks[map.task.index].nodeID.number]
        let failure = AttemptFailure(
            reason:
                "its output could not be fetched \(reports) times from \(node.registration.address): can the other nodes "
                + "reach that address?")
        change(.mapOutputRejected(map.task, reason: failure.reason))
        failIfOutOfAttempts(map, failure, node.registration.name)
    }

    // MARK: - Questions

    private func isRunning(_ attempt: AttemptID, on source: Incarnation) -> Bool {
        isCurrent(source) && state.nodes[source.node.number].running.contains(attempt)
    }

    private func nodeRunning(_ attempt: AttemptID) -> NodeID? {
        guard let record = record(of: attempt.task), record.state == .running else { return nil }
        return state.nodes[record.nodeID.number].running.contains(attempt) ? record.nodeID : nil
    }

    private func isWinner(_ attempt: AttemptID) -> Bool {
        guard let record = record(of: attempt.task) else { return false }
        return record.state == .done && self[attempt.task.job].lastAttempt(attempt.task) == attempt
    }

    func record(of task: TaskID) -> TaskRecord? {
        guard hasJob(task.job) else { return nil }
        let table = self[task.job][task.kind]
        return table.tasks.indices.contains(task.index) ? table.tasks[task.index] : nil
    }
}
