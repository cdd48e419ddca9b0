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
        perform(pool.launch(attempt))
    }

    func perform(_ actions: [ContainerPool.Action]) {
        for action in actions {
            switch action {
            case .start(let id): start(id)
            case .run(let attempt, let id): run(attempt, in: id)
            case .kill(let id): containers[id]?.kill()
            }
        }
    }

    private func start(_ id: ContainerPool.ContainerID) {
        do {
            let container = try ContainerProcess(
                outbox, children, processLimit: processLimit(id),
                onMessage: { [unowned self] message in hear(message, from: id) },
                onEnd: { [unowned self] status in end(id, status) }
            )
            containers[id] = container
        } catch {
            log.error("a container could not be started: \(error)")
            end(id, "a container could not be started: \(error)")
        }
    }

    /// Of the job that the container is started for.
    private func processLimit(_ id: ContainerPool.ContainerID) -> Int? {
        pool.attempt(in: id).flatMap { jobs[$0.task.job] }.flatMap { AttemptLimits($0.program.program).processes }
    }

    private func run(_ attempt: AttemptID, in id: ContainerPool.ContainerID) {
        guard let container = containers[id], let job = jobs[attempt.task.job] else { return }
        guard let assignment = assignments[attempt] else { return }
        var task = ContainerTask()
        task.attempt = attempt
        task.assignment = assignment
        task.job = job.program
        task.folder = folder.attempt(attempt)
        task.filesFolder = folder.files(of: attempt.task.job)
        if attempt.task.kind == .map { task.mapOutputPath = folder.mapOutput(attempt) }
        task.logPath = folder.log(attempt)
        task.secret = configuration.secret
        container.send(.run(task))
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
        guard let attempt = pool.attempt(in: id) else { return }
        switch message {
        case .progress(let fraction, let hasProgressed):
            containers[id]?.fraction = fraction
            if hasProgressed { containers[id]?.hasProgressed = true }
        case .status(let text): containers[id]?.status = text
        case .shuffleFinished: send(.shuffleFinished(attempt))
        case .fetchFailed(let map): send(.fetchFailed(reduce: attempt, map: map))
        case .succeeded(let counters):
            finish(attempt, id, isReusable: true)
            send(.attemptSucceeded(attempt, counters))
        case .failed(let failure):
            finish(attempt, id, isReusable: false)
            removeResults(attempt)
            send(.attemptFailed(attempt, failure))
        }
    }

    private func finish(_ attempt: AttemptID, _ id: ContainerPool.ContainerID, isReusable: Bool) {
        clear(attempt)
        containers[id]?.fraction = 0
        containers[id]?.status = ""
        perform(pool.attemptEnded(id, isReusable: isReusable))
    }

    private func end(_ id: ContainerPool.ContainerID, _ how: String) {
        containers[id] = nil
        switch pool.containerEnded(id) {
        case .idle: break
        case .killed(let attempt):
            clear(attempt)
            removeResults(attempt)
            send(.attemptKilled(attempt))
        case .died(let attempt):
            clear(attempt)
            var failure = AttemptFailure(reason: how)
            failure.standardError = AttemptLog.lastLines(folder.log(attempt))
            removeResults(attempt)
            send(.attemptFailed(attempt, failure))
        }
        closeWhenEmpty()
    }

    private func clear(_ attempt: AttemptID) {
        assignments[attempt] = nil
        data.leave(.remove(path: folder.attempt(attempt)))
    }

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
        pool.running.compactMap { attempt in
            guard let container = pool.container(of: attempt).flatMap({ containers[$0] }) else { return nil }
            defer { container.hasProgressed = false }
            return ControlPlane.AttemptProgress(
                attempt: attempt, fraction: container.fraction, hasProgressed: container.hasProgressed,
                status: container.status)
        }
    }
}
