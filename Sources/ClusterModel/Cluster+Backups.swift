internal import BitCollections

// Backup tasks: a second attempt beside a slow one.

extension Cluster {
    /// A second attempt at the task of a slow one, on another node (LATE: Zaharia et al., OSDI 2008). Containers are free
    /// only when no pending task can use them, so a backup task never stands in the way of one.
    mutating func backUp(_ attempt: AttemptID) {
        guard canBackUp(attempt) else { return }
        let job = self[attempt.task.job]
        guard let node = state.free.emptiest(except: job.running(attempt).node, outside: exclusions(of: job.id)) else {
            return
        }
        let backup = nextAttempt(at: attempt.task)
        prepare(node, for: attempt.task)
        change(.backupLaunched(backup, node))
        effect(.launch(backup, on: node))
    }

    func canBackUp(_ attempt: AttemptID) -> Bool {
        let task = attempt.task
        guard journalProblem == nil, let record = record(of: task), record.state == .running, record.launches < .max
        else { return false }
        let job = self[task.job]
        // A reducer that waits for maps is not slow, and its backup would wait too.
        return job.isRunning && (task.kind == .map || job[.map].isDone) && job.specification.speculates(task.kind)
            && job.followedAttempt(task) == attempt && job.roomForRunning(task.kind) > job[task.kind].pendingCount
            && job.killReason(attempt) == nil && job.rivals(of: attempt).isEmpty && backupCount < backupLimit
    }

    /// Losers that are yet to be killed count too: they take room.
    private var backupCount: Int { state.active.reduce(0) { $0 + self[JobID($1)].others.count } }

    /// A tenth of the containers (LATE's SpeculativeCap), at least one.
    private var backupLimit: Int {
        max(1, state.runningContainers / 10)
    }

    /// Whether a slow attempt could be given a backup task now.
    var hasRoomForBackups: Bool {
        state.free.total > 0 && !state.overtakable.isEmpty
    }
}
