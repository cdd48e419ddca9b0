internal import BitCollections

// How a job changes with its attempts; called by ``ClusterState/evolve(_:at:)`` alone.

extension EndCounts {
    mutating func count(_ end: EndedAttempt.End) {
        switch end {
        case .failed: failed += 1
        case .lost: lost += 1
        case .killed: killed += 1
        }
    }
}

extension Job {
    mutating func launch(_ attempt: AttemptID, on node: NodeID, at now: Instant) {
        let task = attempt.task
        self[task.kind].launch(task.index, on: node, attempt: attempt, at: now)
        noteLaunch(attempt, on: node)
    }

    mutating func launchBackup(_ attempt: AttemptID, on node: NodeID, at now: Instant) {
        self[attempt.task.kind].launchBackup(attempt.task.index)
        others.append(RunningAttempt(attempt: attempt, node: node, launched: now))
        noteLaunch(attempt, on: node)
    }

    private mutating func noteLaunch(_ attempt: AttemptID, on node: NodeID) {
        preparedNodes.insert(node.number)
        hasLaunched = true
        if attempt.task.kind == .reduce { runningReduces.append(attempt) }
    }

    mutating func succeed(_ attempt: AttemptID, _ counters: Counters, at now: Instant) {
        let task = attempt.task
        if let place = others.firstIndex(where: { $0.attempt == attempt }) {
            let loser = running(followedAttempt(task))
            self[task.kind].follow(others[place])
            others[place] = loser
        }
        self[task.kind].succeed(task.index, at: now)
        stopTracking(attempt)
        if task.kind == .map { keepMapOutput(task.index) }
        taskCounters[Int(task.kind.rawValue)].set(task.index, to: counters, of: self[task.kind].count)
    }

    mutating func fall(
        _ attempt: AttemptID, _ end: EndedAttempt.End, _ reason: String, phases: Counters, at now: Instant
    ) {
        let running = running(attempt)
        if end == .failed {
            self[attempt.task.kind].noteFailure(attempt.task.index, on: running.node)
            blame(running.node)
        }
        stopRunning(attempt)
        stopTracking(attempt)
        var ended = EndedAttempt(
            attempt: attempt, node: running.node, end: end, reason: reason, launched: running.launched, ended: now)
        ended.phases = phases
        remember(ended)
    }

    /// Its task goes on with what else runs of it, or must be launched again.
    private mutating func stopRunning(_ attempt: AttemptID) {
        let task = attempt.task
        if let place = others.firstIndex(where: { $0.attempt == attempt }) {
            others.remove(at: place)
        } else if let rival = rivals(of: attempt).first,
            let place = others.firstIndex(where: { $0.attempt == rival })
        {
            self[task.kind].follow(others.remove(at: place))
        } else {
            self[task.kind].fallBack(task.index)
        }
    }

    private mutating func blame(_ node: NodeID) {
        while nodeFailures.count <= node.number { nodeFailures.append(0) }
        nodeFailures[node.number] += nodeFailures[node.number] < .max ? 1 : 0
        if nodeFailures[node.number] >= Self.nodeFailureLimit { excludedNodes.insert(node.number) }
    }

    private mutating func remember(_ ended: EndedAttempt) {
        endCounts.count(ended.end)
        note(ended)
    }

    private mutating func note(_ ended: EndedAttempt) {
        if history.count == Self.historyLimit { history.removeFirst(Self.historyLimit / 2) }
        history.append(ended)
    }

    /// The attempt that won has failed after all.
    mutating func rejectMapOutput(_ map: TaskID, _ reason: String, at now: Instant) {
        let record = self[.map].tasks[map.index]
        let launched = Instant(nanoseconds: record.since)
        remember(
            EndedAttempt(
                attempt: followedAttempt(map), node: record.nodeID, end: .failed, reason: reason, launched: launched,
                ended: now))
        blame(record.nodeID)
        self[.map].noteFailure(map.index, on: record.nodeID)
        loseMapOutput(map.index)
    }

    /// Its node took it along: that is no end that counts, but somebody may ask why the task ran again.
    mutating func loseMapOutput(_ map: TaskID, _ reason: String, at now: Instant) {
        let winner = running(followedAttempt(map))
        note(
            EndedAttempt(
                attempt: winner.attempt, node: winner.node, end: .lost, reason: reason, launched: winner.launched,
                ended: now))
        loseMapOutput(map.index)
    }

    private mutating func loseMapOutput(_ index: Int) {
        let node = Int(self[.map].tasks[index].node)
        if strandedMaps.remove(index) == nil { mapOutputs[node].removeAll { $0 == UInt32(index) } }
        fetchFailures[UInt32(index)] = nil
        self[.map].fallBack(index)
    }

    mutating func noteFetchFailure(_ map: Int, _ reduce: AttemptID) {
        fetchFailures[UInt32(map), default: FetchReports()].add(reduce)
        fetchTroubles.note(from: self[.map].tasks[map].nodeID, to: running(reduce).node)
    }

    /// The node is gone, and with it what it was given and what it held.
    mutating func forget(_ node: NodeID) {
        preparedNodes.remove(node.number)
        fetchTroubles.forget(node)
        guard node.number < mapOutputs.count else { return }
        for map in mapOutputs[node.number] { strandedMaps.insert(Int(map)) }
        mapOutputs[node.number] = []
    }

    /// Collapses to what reports need.
    mutating func end(_ outcome: JobOutcome, at now: Instant) {
        counters = totalCounters
        phase = .ended(outcome)
        finished = now
        collapseSpecification()
        keepPhases()
        mapOutputs = []
        strandedMaps = BitSet()
        fetchFailures = [:]
        fetchTroubles = FetchTroubles()
        preparedNodes = BitSet()
    }

    /// Of the winners' counters, those of time alone: 'tasks' shows them.
    private mutating func keepPhases() {
        taskCounters = taskCounters.map { $0.keeping(group: AttemptPhase.group) }
        if taskCounters.allSatisfy({ $0.count == 0 }) { taskCounters = [] }
    }

    /// Sums over the winners.
    var totalCounters: Counters {
        if isEnded { return counters }
        var total = Counters()
        for table in taskCounters { total += table.total }
        return total
    }

    private mutating func stopTracking(_ attempt: AttemptID) {
        if !killing.isEmpty { killing.removeAll { $0.attempt == attempt } }
        guard attempt.task.kind == .reduce else { return }
        runningReduces.removeAll { $0 == attempt }
        fetchedReduces.removeAll { $0 == attempt }
    }

    private mutating func keepMapOutput(_ index: Int) {
        let node = Int(self[.map].tasks[index].node)
        while mapOutputs.count <= node { mapOutputs.append([]) }
        mapOutputs[node].append(UInt32(index))
    }
}
