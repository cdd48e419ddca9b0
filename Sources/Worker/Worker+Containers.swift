internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Logging
internal import Wire

// Attempts in containers: the pool decides, this carries out.

extension Worker {
    func launch(_ attempt: AttemptID, _ assignment: Assignment) {
        guard let job = jobs[attempt.task.job], job.problem.isEmpty else {
            let reason = jobs[attempt.task.job]?.problem ?? "the node was not given the job's program"
            return send(.attemptFailed(attempt, AttemptFailure(reason: reason)))
        }
        assignments[attempt] = assignment
        arrived.append(attempt)
    }

    /// Begins what has arrived, unless the coordinator has gone: a worker that was stopped finds old orders and the end of
    /// its connection together, and its work may be others' by now. It is begun when the node is taken for what it was, and
    /// forgotten when not.
    func begin() {
        guard isAdmitted, !arrived.isEmpty, !hasCoordinatorEnded else { return }
        let attempts = arrived
        arrived = []
        for attempt in attempts { perform(pool.launch(attempt)) }
    }

    func kill(_ attempt: AttemptID) {
        if let place = arrived.firstIndex(of: attempt) {
            arrived.remove(at: place)
            assignments[attempt] = nil
            return send(.attemptKilled(attempt))
        }
        perform(pool.kill(attempt))
    }

    func perform(_ actions: [ContainerPool.Action]) {
        for action in actions {
            switch action {
            case .start(let id): start(id)
            case .run(let attempt, let id): run(attempt, in: id)
            case .release(let id): containers[id]?.send(.release)
            case .kill(let id): containers[id]?.kill()
            case .giveUp(let attempt):
                assignments[attempt] = nil
                send(.attemptKilled(attempt))
            }
        }
    }

    private func start(_ id: ContainerPool.ContainerID) {
        do {
            let limit = processLimit(id)
            let container = try takeSpare(limit) ?? ContainerProcess(outbox, children, processLimit: limit)
            container.onMessage = { [unowned self] message in hear(message, from: id) }
            container.onEnd = { [unowned self] status in end(id, status) }
            containers[id] = container
            if let job = containerJob(id) { container.send(.prepare(job)) }
        } catch {
            log.error("a container could not be started: \(error)")
            end(id, "a container could not be started: \(error)")
        }
    }

    /// Of the job that the container is started for.
    private func processLimit(_ id: ContainerPool.ContainerID) -> Int? {
        pool.job(of: id).flatMap { jobs[$0] }.flatMap { AttemptLimits($0.program.program).processes }
    }

    private func containerJob(_ id: ContainerPool.ContainerID) -> ContainerJob? {
        guard let job = pool.job(of: id).flatMap({ jobs[$0] }) else { return nil }
        var known = ContainerJob()
        known.program = job.program
        known.folder = folder.path
        known.secret = configuration.secret
        return known
    }

    private func run(_ attempt: AttemptID, in id: ContainerPool.ContainerID) {
        guard let container = containers[id], let job = jobs[attempt.task.job] else { return }
        guard let assignment = assignments[attempt] else { return }
        if pool.attempt(in: id) == attempt { container.beginAttempt() }
        container.send(.run(attempt, assignment))
        if attempt.task.kind == .reduce {
            let locations = job.locations.sorted { $0.key < $1.key }.map(\.value)
            // Millions of them are more than one message holds.
            for start in stride(from: 0, to: locations.count, by: 50_000) {
                container.send(.mapOutputs(Array(locations[start..<min(start + 50_000, locations.count)])))
            }
        }
    }

    // MARK: - What containers say

    private func hear(_ message: ContainerMessage, from id: ContainerPool.ContainerID) {
        if case .released(let attempts) = message { return perform(pool.released(attempts, by: id)) }
        guard let attempt = pool.attempt(in: id) else { return }
        switch message {
        case .released: break
        case .progress(let fraction, let hasProgressed):
            containers[id]?.fraction = fraction
            if hasProgressed { containers[id]?.hasProgressed = true }
        case .status(let text): containers[id]?.status = text
        case .shuffleFinished: send(.shuffleFinished(attempt))
        case .fetchFailed(let map): send(.fetchFailed(reduce: attempt, map: map))
        case .succeeded(let counters, let hasFolder):
            if hasFolder { removeFolder(of: attempt) }
            finish(attempt, id, isReusable: true)
            send(.attemptSucceeded(attempt, counters))
        case .failed(let failure):
            removeFolder(of: attempt)
            finish(attempt, id, isReusable: false)
            removeResults(attempt)
            send(.attemptFailed(attempt, failure))
        }
    }

    private func finish(_ attempt: AttemptID, _ id: ContainerPool.ContainerID, isReusable: Bool) {
        assignments[attempt] = nil
        let wasShort = containers[id].map { $0.endAttempt() < Self.shortTime } ?? false
        perform(pool.attemptEnded(id, isReusable: isReusable, wasShort: wasShort))
    }

    /// Milliseconds of an attempt: behind one that takes no longer others may wait in the container.
    private static let shortTime: UInt64 = 5

    private func end(_ id: ContainerPool.ContainerID, _ how: String) {
        containers[id] = nil
        let end = pool.containerEnded(id)
        if let attempt = end.died {
            var failure = AttemptFailure(reason: how)
            failure.standardError = AttemptLog.lastLines(folder.log(attempt))
            clear(attempt)
            send(.attemptFailed(attempt, failure))
        }
        for attempt in end.killed {
            clear(attempt)
            send(.attemptKilled(attempt))
        }
        if !isStopping {
            perform(end.actions)
            if containers.isEmpty { refillSpares() }
        }
        closeWhenEmpty()
    }

    private func clear(_ attempt: AttemptID) {
        assignments[attempt] = nil
        removeFolder(of: attempt)
        removeResults(attempt)
    }

    private func removeFolder(of attempt: AttemptID) { data.leave(.remove(path: folder.attempt(attempt))) }

    /// Nobody will ask for what an attempt has made that did not succeed, and it may be what fills the disk.
    private func removeResults(_ attempt: AttemptID) {
        let fenced = fenced.removeValue(forKey: attempt)
        guard let program = fenced ?? jobs[attempt.task.job]?.program else { return }
        switch attempt.task.kind {
        case .map where program.reduceCount > 0: data.leave(.remove(path: folder.mapOutput(attempt)))
        case .map, .reduce:
            guard let output = try? OutputFolder(program) else { return }
            data.leave(.remove(path: output.attempt(attempt)))
            // Its job may have ended without it, and the attempt has then made the folder once more.
            if fenced != nil || isStopping { data.leave(.removeEmptyFolder(path: output.temporary.path)) }
        case .commit, .abort: break
        }
    }

    func progressSinceLastBeat() -> [ControlPlane.AttemptProgress] {
        // Those that wait are not to blame for it.
        let queued = pool.queued.map { ControlPlane.AttemptProgress(attempt: $0, fraction: 0, hasProgressed: true) }
        return queued + runningProgress()
    }

    private func runningProgress() -> [ControlPlane.AttemptProgress] {
        pool.running.compactMap { attempt in
            guard let container = pool.container(of: attempt).flatMap({ containers[$0] }) else { return nil }
            defer { container.hasProgressed = false }
            return ControlPlane.AttemptProgress(
                attempt: attempt, fraction: container.fraction, hasProgressed: container.hasProgressed,
                status: container.status)
        }
    }
}
