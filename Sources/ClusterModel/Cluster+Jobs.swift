internal import BitCollections

// Jobs are submitted, cancelled, and go through their phases.

extension Cluster {
    mutating func submit(_ specification: JobSpecification, _ request: RequestID) {
        if let reason = specification.refusal() ?? conflict(of: specification) {
            effect(.answer(request, .refused(reason)))
            return
        }
        let id = JobID(state.jobs.count + 1)
        if !specification.program.files.isEmpty { effect(.keepJobFiles(id, request)) }
        change(.jobSubmitted(id, specification))
        effect(.answer(request, .submitted(id)))
    }

    /// A job's output folder is its own from submission to the end.
    private func conflict(of specification: JobSpecification) -> String? {
        if let journalProblem { return "the coordinator cannot remember a job now: \(journalProblem)" }
        if state.active.count >= Self.activeJobLimit {
            return "\(Self.activeJobLimit) jobs wait already: try again later"
        }
        for number in state.active
        where specification.hasOutput && self[JobID(number)].specification.output == specification.output {
            return "the output folder \(specification.output) is being written by \(JobID(number)): choose another, or "
                + "wait for it"
        }
        return nil
    }

    mutating func cancel(_ id: JobID, _ request: RequestID) {
        guard let job = job(id, request) else { return }
        switch job.phase {
        case .ended: effect(.answer(request, .refused("\(id) has ended already")))
        case .aborting: effect(.answer(request, .done))
        case .running, .committing:
            abort(id, .cancelled)
            effect(.answer(request, .done))
        }
    }

    private mutating func job(_ id: JobID, _ request: RequestID) -> Job? {
        if hasJob(id) { return self[id] }
        effect(.answer(request, .refused(id.unknownText)))
        return nil
    }

    /// The job will end so: all that runs of it is killed, then what it wrote is removed.
    mutating func abort(_ id: JobID, _ outcome: JobOutcome) {
        change(.jobAborting(id, outcome))
        killAttempts(of: id, reason: outcome.reasonForKill)
    }

    private mutating func killAttempts(of id: JobID, reason: String) {
        for node in state.nodes.indices {
            for attempt in state.nodes[node].running where attempt.task.job == id {
                requestKill(attempt, reason: reason)
            }
        }
    }

    mutating func requestKill(_ attempt: AttemptID, reason: String) {
        let job = self[attempt.task.job]
        guard job.killReason(attempt) == nil else { return }
        change(.attemptKillRequested(attempt, reason: reason))
        effect(.kill(attempt, on: job.running(attempt).node))
    }

    // MARK: - What follows from any event

    /// Moves on the jobs that the event has changed, until none changes any more.
    mutating func advanceJobs() {
        var place = 0
        while place < touchedJobs.count {
            advance(touchedJobs[place])
            place += 1
        }
    }

    private mutating func advance(_ id: JobID) {
        // Asked in its place: a copy of the job would take longer than all else here.
        switch self[id].phase {
        case .running:
            let last = self[id].specification.reduceCount > 0 ? TaskKind.reduce : .map
            guard self[id][last].isDone else { return remakeMapOutputs(of: id) }
            commit(id)
            endIfCommitted(id)
        case .committing: endIfCommitted(id)
        case .aborting(let outcome): advanceAborting(id, outcome)
        case .ended: break
        }
    }

    private mutating func endIfCommitted(_ id: JobID) {
        if self[id][.commit].isDone, self[id].runningCount == 0 { end(id, .succeeded) }
    }

    private mutating func commit(_ id: JobID) {
        change(.jobCommitting(id))
        // Maps that were made again for reducers which then found all they needed.
        if self[id].runningCount > 0 { killAttempts(of: id, reason: "all reduce tasks are done") }
    }

    private mutating func advanceAborting(_ id: JobID, _ outcome: JobOutcome) {
        let job = self[id]
        guard job.runningCount == 0 else { return }
        // The commit was quicker than the order to cancel: the output is there, and saying otherwise would be wrong.
        if job.specification.hasOutput, job[.commit].isDone { return end(id, .succeeded) }
        // Without a running node nobody can remove anything, and a client shall not wait for one to come.
        let canClean = job.hasLaunched && state.runningNodes > 0
        let gaveUp = job[.abort].count > 0 && job[.abort].tasks[0].failures >= job.specification.attemptLimit(.abort)
        if !canClean || job[.abort].isDone || gaveUp { end(id, outcome) }
    }

    private mutating func end(_ id: JobID, _ outcome: JobOutcome) {
        for node in self[id].preparedNodes { effect(.forgetJob(id, on: NodeID(node))) }
        effect(.dropJobFiles(id))
        let excluded = self[id].excludedNodes
        latencies.forget(id)
        change(.jobEnded(id, outcome))
        for node in excluded { excludeIfFaulty(NodeID(node)) }
    }

    /// What went with its node runs again as soon as a reducer needs it.
    private mutating func remakeMapOutputs(of id: JobID) {
        guard !self[id].strandedMaps.isEmpty, self[id].needsMapOutput else { return }
        let job = self[id]
        for map in job.strandedMaps {
            let name = state.nodes[job[.map].tasks[map].nodeID.number].registration.name
            let task = TaskID(job: id, kind: .map, index: map)
            change(.mapOutputLost(task, reason: "it was on \(name), which was lost"))
        }
    }
}

extension JobOutcome {
    /// Why what still runs of the job is killed.
    var reasonForKill: String {
        switch self {
        case .cancelled: "its job was cancelled"
        case .failed: "its job failed"
        case .succeeded: "its job is done"
        }
    }
}
