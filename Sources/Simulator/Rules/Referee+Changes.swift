internal import ClusterModel

// What each change means, and which rules it may break.

extension Referee {
    mutating func follow(_ change: Change) {
        if let id = change.job {
            if case .jobSubmitted = change {
            } else {
                check(knows(id), "\(id) is not known: \(change)")
                guard knows(id) else { return }
                check(!jobs[id.number - 1].isEnded, "\(id) has ended: \(change)")
            }
            if touched.last != id { touched.append(id) }
        }
        switch change {
        case .coordinatorStarted(let epoch, _, _): self.epoch = epoch
        case .nodeRequested, .nodeRegistered, .nodeDisconnected, .nodeResumed, .nodeDraining, .nodeExcluded,
            .nodeIncluded, .nodeLost, .nodeStopped:
            followNode(change)
        case .jobSubmitted(let id, let specification):
            check(id.number == jobs.count + 1, "\(id) is not the next")
            jobs.append(JobRecord(specification))
            openJobs += 1
        case .jobCommitting(let id): commit(id)
        case .jobAborting(let id, let outcome): abort(id, outcome)
        case .jobEnded(let id, let outcome): end(id, outcome)
        case .attemptLaunched(let attempt, let node):
            let rivals = self[attempt.task].running.filter { !$0.isToBeKilled }
            check(rivals.isEmpty, "\(attempt.task) runs twice: \(rivals.map(\.attempt))")
            launch(attempt, node)
        case .backupLaunched(let attempt, let node): launchBackup(attempt, node)
        case .shuffleFinished(let attempt): finishShuffle(attempt)
        case .attemptSucceeded(let attempt, _): succeed(attempt)
        case .attemptFailed(let attempt, _):
            stop(attempt)
            self[attempt.task].failures += 1
        case .attemptLost(let attempt): stop(attempt)
        case .attemptKilled(let attempt, _):
            // An order that a coordinator before this one gave, and had not written down, may have reached its worker.
            let isWanted = attempt.epoch < epoch || running(attempt)?.isToBeKilled == true
            check(isWanted, "\(attempt) was killed and nobody wanted it")
            stop(attempt)
        case .attemptKillRequested(let attempt, _): requestKill(attempt)
        case .fetchFailed(let map, let reduce):
            check(map.kind == .map && self[map].winner != nil, "\(map) has no output that could fail")
            check(running(reduce) != nil, "\(reduce) does not run and fetches")
        case .mapOutputRejected(let map, _):
            loseOutput(map)
            self[map].failures += 1
        case .mapOutputLost(let map, _):
            check(jobs[map.job.number - 1].unserved > 0, "\(map) runs again for nobody")
            loseOutput(map)
        }
    }

    // MARK: - Attempts

    private mutating func launch(_ attempt: AttemptID, _ id: NodeID) {
        let task = attempt.task
        checkLaunch(attempt, of: task.job.number - 1)
        checkRoom(for: attempt, on: id)
        self[task].last = (attempt.epoch, attempt.number)
        self[task].running.append(Running(attempt: attempt, node: id.number))
        if self[task].running.count > 1 { doubled += 1 }
        jobs[task.job.number - 1].running[Int(task.kind.rawValue)] += 1
        nodes[id.number].running += 1
        runningCount += 1
    }

    private mutating func checkRoom(for attempt: AttemptID, on id: NodeID) {
        let (last, winner) = (self[attempt.task].last, self[attempt.task].winner)
        check((attempt.epoch, attempt.number) > last, "\(attempt) was launched before")
        check(winner == nil, "\(attempt.task) has a winner and is launched")
        check(nodes[id.number].isConnected, "\(attempt) is launched on \(id), which cannot hear")
        check(nodes[id.number].takesAttempts, "\(attempt) is launched on \(id), which takes none")
        let containers = nodes[id.number].containers
        let places = attempt.task.kind == .map ? containers * (1 + Node.queueDepth) : containers
        check(nodes[id.number].running < places, "\(id) is given more attempts than it can take")
    }

    /// - Parameter place: Of its job; a copy of the whole record would be dear.
    private mutating func checkLaunch(_ attempt: AttemptID, of place: Int) {
        let (kind, isAborting) = (attempt.task.kind, jobs[place].isAborting)
        check(isAborting == (kind == .abort), "\(attempt) is launched, and aborting is \(isAborting)")
        check(!jobs[place].isCommitting || kind.isLast, "\(attempt) is launched for nobody")
        let limit = jobs[place].specification.runningLimit(kind)
        let isBelow = limit <= 0 || jobs[place].running[Int(kind.rawValue)] < limit
        check(isBelow, "\(attempt) is one more than the \(limit) that may run at once")
        if kind == .reduce { check(jobs[place].reducersMayRun, "\(attempt) comes before maps that wait") }
        guard kind == .commit else { return }
        let last = jobs[place].lastKind
        check(jobs[place].allWon(last), "\(attempt) comes too early")
        check(jobs[place].running[Int(last.rawValue)] == 0, "\(attempt) comes while others write")
    }

    private mutating func launchBackup(_ attempt: AttemptID, _ node: NodeID) {
        let rivals = self[attempt.task].running.filter { !$0.isToBeKilled }
        check(rivals.count == 1, "\(attempt) backs up \(rivals.map(\.attempt))")
        check(rivals.allSatisfy { $0.node != node.number }, "\(attempt) runs beside what it backs up")
        launch(attempt, node)
        let (doubled, containers) = (doubled, containers)
        check(doubled <= max(1, containers / 10), "\(doubled) backup tasks for \(containers) containers")
    }

    private mutating func stop(_ attempt: AttemptID) {
        let place = self[attempt.task].running.firstIndex { $0.attempt == attempt }
        check(place != nil, "\(attempt) ends and did not run")
        guard let place else { return }
        let running = self[attempt.task].running.remove(at: place)
        if !self[attempt.task].running.isEmpty { doubled -= 1 }
        jobs[attempt.task.job.number - 1].running[Int(attempt.task.kind.rawValue)] -= 1
        nodes[running.node].running -= 1
        runningCount -= 1
        if running.hasFetched, !isServed(attempt.task) { jobs[attempt.task.job.number - 1].unserved += 1 }
    }

    private func isServed(_ reduce: TaskID) -> Bool {
        self[reduce].winner != nil || self[reduce].running.contains(where: \.hasFetched)
    }

    private mutating func finishShuffle(_ attempt: AttemptID) {
        let wasServed = isServed(attempt.task)
        check(attempt.task.kind == .reduce && running(attempt) != nil, "\(attempt) fetches and does not run")
        guard let place = self[attempt.task].running.firstIndex(where: { $0.attempt == attempt }) else { return }
        self[attempt.task].running[place].hasFetched = true
        if !wasServed { jobs[attempt.task.job.number - 1].unserved -= 1 }
    }

    private mutating func succeed(_ attempt: AttemptID) {
        let task = attempt.task
        check(self[task].winner == nil, "\(task) has two winners")
        let node = running(attempt)?.node
        let wasServed = task.kind == .reduce && isServed(task)
        if self[task].winner == nil { jobs[task.job.number - 1].won[Int(task.kind.rawValue)] += 1 }
        self[task].winner = attempt
        if task.kind == .reduce, !wasServed { jobs[task.job.number - 1].unserved -= 1 }
        stop(attempt)
        guard task.kind == .map, let node, jobs[task.job.number - 1].lastKind == .reduce else { return }
        self[task].holder = Incarnation(node: NodeID(node), number: nodes[node].incarnation)
        nodes[node].maps.append(task)
    }

    private mutating func requestKill(_ attempt: AttemptID) {
        let place = self[attempt.task].running.firstIndex { $0.attempt == attempt }
        check(place != nil, "\(attempt) is to be killed and does not run")
        guard let place else { return }
        check(!self[attempt.task].running[place].isToBeKilled, "\(attempt) is to be killed twice")
        self[attempt.task].running[place].isToBeKilled = true
    }

    private mutating func loseOutput(_ map: TaskID) {
        check(map.kind == .map && self[map].winner != nil, "\(map) has no output to lose")
        guard self[map].winner != nil else { return }
        if self[map].isStranded { jobs[map.job.number - 1].stranded -= 1 }
        self[map].isStranded = false
        self[map].winner = nil
        self[map].holder = nil
        jobs[map.job.number - 1].won[Int(TaskKind.map.rawValue)] -= 1
    }

    // MARK: - Jobs

    private mutating func commit(_ id: JobID) {
        jobs[id.number - 1].isCommitting = true
        committing.append(id)
    }

    /// With the commit the maps end that were made again for reducers which found all they needed.
    mutating func checkLeft(_ id: JobID) {
        for task in jobs[id.number - 1].tasks[Int(TaskKind.map.rawValue)] {
            for running in task.running { check(running.isToBeKilled, "\(running.attempt) runs for nobody") }
        }
    }

    private mutating func abort(_ id: JobID, _ outcome: JobOutcome) {
        jobs[id.number - 1].isAborting = true
        guard case .failed(let reason) = outcome else { return }
        guard let attempt = reason.attempt else { return check(false, "\(id) fails without an attempt") }
        let specification = jobs[id.number - 1].specification
        let limit =
            switch attempt.task.kind {
            case .map: specification.mapAttemptLimit
            case .reduce: specification.reduceAttemptLimit
            case .commit, .abort: 4
            }
        check(self[attempt.task].failures == limit, "\(id) fails before its limit")
    }

    private mutating func end(_ id: JobID, _ outcome: JobOutcome) {
        let job = jobs[id.number - 1]
        check(job.running.allSatisfy { $0 == 0 }, "\(id) ends while an attempt runs")
        jobs[id.number - 1].isEnded = true
        openJobs -= 1
        guard outcome == .succeeded else { return check(job.isAborting, "\(id) ends as \(outcome) at once") }
        jobs[id.number - 1].hasSucceeded = true
        // Also one that was to be aborted, when its commit was quicker: its output is there.
        check(job.allWon(job.lastKind) && job.allWon(.commit), "\(id) succeeds without winners")
    }
}

extension TaskKind {
    /// Comes when the work is done.
    fileprivate var isLast: Bool { self == .commit || self == .abort }
}
