internal import BitCollections

extension Cluster {
    /// What a pending task waits for, as a sentence's end.
    func whyPending(_ task: TaskID) -> String {
        let job = self[task.job]
        switch job.phase {
        case .ended, .aborting:
            return task.kind == .abort ? "waits until all of its job's attempts have ended" : "its job is over"
        case .running, .committing: break
        }
        if let journalProblem { return "waits until the journal can be written: \(journalProblem)" }
        if task.kind == .commit, let loser = job.others.first?.attempt {
            return "waits until \(loser), which another attempt of its task has beaten, has ended"
        }
        if job.roomForRunning(task.kind) <= 0 {
            return
                "waits for another of its job's \(task.kind)s: no more than \(job.specification.runningLimit(task.kind)) "
                + "run at once (mapreduce.job.running.\(task.kind).limit)"
        }
        if task.kind == .reduce && job.launchableKind != .reduce { return "waits until more maps are done" }
        guard state.nodes.contains(where: { $0.state == .running }) else { return "no node runs" }
        if let failed = job[task.kind].tasks[task.index].failedNodeID, state.free.emptiest(except: failed) == nil {
            return "waits for a node other than \(state.nodes[failed.number].registration.name), where it failed"
        }
        if state.free.total == 0 { return "waits for a free container" }
        return "waits for a container on a node that its job has not excluded"
    }
}
