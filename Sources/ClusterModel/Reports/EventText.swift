extension Event {
    /// As a sentence.
    ///
    /// - Parameter name: What a node is called.
    public func text(_ name: (NodeID) -> String) -> String {
        switch self {
        case .coordinatorStarted: "the coordinator starts"
        case .journalStuck(nil): "the journal can be written again"
        case .journalStuck(let reason?): "the journal cannot be written: \(reason)"
        case .nodeRegistering(let registration, _): "\(registration.name) registers"
        case .nodeLost(let source, let reason): "\(name(source.node)) is gone: \(reason)"
        case .nodeDisconnected(let source): "the connection to \(name(source.node)) breaks"
        case .nodeResuming(let resumption, _): Self.text(resumption, name)
        case .workerEnded(let worker, let pid, let reason): "the process of \(worker), pid \(pid), has ended: \(reason)"
        case .workerReplaced(let worker, let pid):
            "the process of \(worker), pid \(pid), has ended, and another follows"
        case .attemptSucceeded(let attempt, _, let source): "\(name(source.node)): \(attempt) has succeeded"
        case .attemptFailed(let attempt, let failure, let source):
            "\(name(source.node)): \(attempt) has failed: \(failure.reason)"
        case .attemptKilled(let attempt, let source): "\(name(source.node)): nothing is left of \(attempt)"
        case .fetchFailed(let reduce, let map, let source):
            "\(name(source.node)): \(reduce) cannot fetch the output of \(map)"
        case .shuffleFinished(let reduce, let source): "\(name(source.node)): \(reduce) has fetched all map output"
        case .attemptSlow(let attempt): "\(attempt) is slow"
        case .attemptTimedOut(let attempt): "\(attempt) gives no sign of progress"
        case .jobSubmitted(let specification, _): "a client submits \(specification.name)"
        case .jobCancelled(let job, _): "a client cancels \(job)"
        case .scaleRequested(let role, let count, let type, _): "a client wants \(count) \(role) nodes of \(type)"
        case .nodeStartRequested(let node, _): "a client starts \(node)"
        case .nodeKillRequested(let node, _): "a client kills \(node)"
        case .nodeFaultRequested(let node, let fault, _): "a client wants \(node) \(fault.text)"
        case .launcherJoined(_, let host): "the launcher of \(host) joins"
        case .launcherLeft: "the launcher leaves"
        }
    }

    private static func text(_ resumption: Resumption, _ name: (NodeID) -> String) -> String {
        let attempts = resumption.attempts.map { "\($0)" }.joined(separator: ", ")
        return "\(name(resumption.incarnation.node)) is back" + (attempts.isEmpty ? "" : " with \(attempts)")
    }
}

extension NodeFault {
    fileprivate var text: String {
        switch self {
        case .freeze: "frozen"
        case .thaw: "thawed"
        case .cut(let direction): "cut off (\(direction))"
        case .heal: "healed"
        }
    }
}
