extension Cluster {
    /// The number of the change that must be synced before the effect, which has just been decided, may leave: what it tells
    /// would otherwise be undone by a crash. 0 when it need not wait: launches, kills and locations leave at once; after a
    /// restart nodes say what they run, and what nobody knows of is killed.
    public func changeAwaited(by effect: Effect) -> Int {
        switch effect {
        // A job that was forgotten has left its number to another, whose program a node must not take for the same.
        case .prepareJob(let job, _): self[job].submission
        // It promises nothing, and says why nothing is begun while nothing can be synced.
        case .answer(_, .refused): 0
        default: effect.waitsForSync ? sequence : 0
        }
    }

    /// Whether the journal takes what is decided, as far as the core was told.
    public var canRemember: Bool { journalProblem == nil }

    /// The number of the change that must be synced before a report may leave: what it shows must not be undone by a crash.
    /// 0 while the journal cannot be written, since nobody could learn why otherwise; the report tells.
    public var changeAwaitedByReports: Int { journalProblem == nil ? sequence : 0 }
}

extension Effect {
    fileprivate var waitsForSync: Bool {
        switch self {
        case .admit, .answer, .forgetJob, .dropJobFiles, .stopWorker, .startWorker: true
        // What it gathers must still have won after a restart.
        case .launch(let attempt, _): attempt.task.kind == .commit || attempt.task.kind == .abort
        case .fence, .refuseNode, .disconnect, .killWorker, .injectFault, .keepJobFiles, .prepareJob, .kill,
            .announceMapOutputs:
            false
        }
    }

    /// The node that it is sent to.
    public var node: NodeID? {
        switch self {
        case .admit(_, let incarnation), .disconnect(let incarnation): incarnation.node
        case .stopWorker(let node), .killWorker(let node, _), .injectFault(let node, _, _), .prepareJob(_, let node),
            .launch(_, let node), .kill(_, let node), .announceMapOutputs(_, _, let node), .forgetJob(_, let node):
            node
        case .fence, .refuseNode, .startWorker, .keepJobFiles, .dropJobFiles, .answer: nil
        }
    }
}
