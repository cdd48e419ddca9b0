// Attempts end: won, failed, killed, or without being able to read what they need.

extension Cluster {
    mutating func succeed(_ attempt: AttemptID, _ counters: Counters, from source: Incarnation) {
        guard isRunning(attempt, on: source) else { return }
        let id = attempt.task.job
        switch self[id].phase {
        case .running, .committing: break
        case .aborting where attempt.task.kind == .abort || attempt.task.kind == .commit: break
        case .aborting(let outcome), .ended(let outcome):
            change(.attemptKilled(attempt, reason: outcome.reasonForKill))
            return
        }
        guard self[id][attempt.task.kind].tasks[attempt.task.index].state == .running else {
            // A loser that came to its end before the order to end reached it.
            change(.attemptKilled(attempt, reason: self[id].killReason(attempt) ?? Self.beaten))
            return
        }
        noteLatency(of: attempt)
        change(.attemptSucceeded(attempt, counters))
        if !self[id].others.isEmpty { killRivals(of: attempt) }
        if attempt.task.kind == .map { announce(attempt.task) }
    }

    private static let beaten = "another attempt of its task was quicker"

    private mutating func killRivals(of winner: AttemptID) {
        for loser in self[winner.task.job].rivals(of: winner) { requestKill(loser, reason: Self.beaten) }
    }

    /// Running reducers that wait for a map that was made again are told where it is.
    private mutating func announce(_ map: TaskID) {
        var told: [NodeID] = []
        for reduce in self[map.job].runningReduces {
            let node = self[map.job].running(reduce).node
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
        change(
            .attemptKilled(attempt, reason: self[attempt.task.job].killReason(attempt) ?? "it went with its container"))
    }

    mutating func timeOut(_ attempt: AttemptID) {
        guard nodeRunning(attempt) != nil, self[attempt.task.job].killReason(attempt) == nil else { return }
        let seconds = self[attempt.task.job].specification.taskTimeout / 1000
        giveUp(attempt, "it gave no sign of progress for \(seconds) s (mapreduce.task.timeout)")
    }

    /// The attempt has failed, though it runs on.
    private mutating func giveUp(_ attempt: AttemptID, _ reason: String) {
        guard let node = nodeRunning(attempt) else { return }
        effect(.kill(attempt, on: node))
        fail(attempt, AttemptFailure(reason: reason), from: incarnation(of: node))
    }

    mutating func finishShuffle(_ reduce: AttemptID, from source: Incarnation) {
        guard reduce.task.kind == .reduce, isRunning(reduce, on: source) else { return }
        guard !self[reduce.task.job].fetchedReduces.contains(reduce) else { return }
        change(.shuffleFinished(reduce))
    }

    mutating func noteFetchFailure(_ reduce: AttemptID, _ map: AttemptID, from source: Incarnation) {
        guard reduce.task.kind == .reduce, map.task.kind == .map, reduce.task.job == map.task.job else { return }
        guard isRunning(reduce, on: source), isWinner(map), self[map.task.job].needsMapOutput else { return }
        change(.fetchFailed(map.task, by: reduce))
        let reports = self[map.task.job].fetchFailures[UInt32(map.task.index)] ?? FetchReports()
        // When a node is killed, its reducers' peers may know a moment before the cluster does.
        guard reports.count >= Self.fetchFailureLimit, reports.isPersistent else { return }
        if let reason = whyReducerIsAtFault(reduce, map) { return giveUp(reduce, reason) }
        reject(map, reports: reports.count)
    }

    /// A reducer that can fetch from none of several nodes, of which nobody else complains, is on a bad link itself: it
    /// moves. Otherwise the map's node is to blame.
    private func whyReducerIsAtFault(_ reduce: AttemptID, _ map: AttemptID) -> String? {
        let job = self[reduce.task.job]
        let node = job.running(reduce).node
        let holders = job.fetchTroubles.holders(failing: node)
        let accusers = job.fetchTroubles.reducers(failedBy: job[.map].tasks[map.task.index].nodeID)
        guard holders.count > 1, accusers == [node] else { return nil }
        let names = holders.map { state.nodes[$0.number].registration.name }.joined(separator: ", ")
        return
            "it could not fetch map output from \(names), and no other node has trouble with them: is the network of "
            + "\(state.nodes[node.number].registration.name) in order?"
    }

    private mutating func reject(_ map: AttemptID, reports: Int) {
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
        isCurrent(source) && runs(attempt, on: source.node)
    }

    /// Looked for in its place: each success asks.
    private func runs(_ attempt: AttemptID, on node: NodeID) -> Bool {
        for place in state.nodes[node.number].running.indices
        where state.nodes[node.number].running[place] == attempt {
            return true
        }
        return false
    }

    private func nodeRunning(_ attempt: AttemptID) -> NodeID? {
        guard hasTask(attempt.task) else { return nil }
        let node = self[attempt.task.job].running(attempt).node
        return state.nodes.indices.contains(node.number) && runs(attempt, on: node)
            ? node : nil
    }

    private func isWinner(_ attempt: AttemptID) -> Bool {
        guard let record = record(of: attempt.task) else { return false }
        return record.state == .done && self[attempt.task.job].followedAttempt(attempt.task) == attempt
    }

    func record(of task: TaskID) -> TaskRecord? {
        hasTask(task) ? self[task.job][task.kind].tasks[task.index] : nil
    }

    private func hasTask(_ task: TaskID) -> Bool {
        hasJob(task.job) && self[task.job][task.kind].tasks.indices.contains(task.index)
    }
}
