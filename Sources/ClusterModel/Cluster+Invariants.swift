internal import BitCollections

// What must always hold.

extension Cluster {
    /// Names the first broken rule; nil when all hold. Looks at every node and every job that has not ended.
    public var invariantBroken: String? {
        var running: [JobID: Int] = [:]
        for number in state.nodes.indices {
            if let broken = ruleBroken(by: NodeID(number)) { return broken }
            for attempt in state.nodes[number].running {
                if self[attempt.task.job].isEnded {
                    return "node \(number) runs \(attempt), whose job has ended"
                }
                running[attempt.task.job, default: 0] += 1
            }
        }
        for id in activeJobs {
            if let broken = ruleBroken(by: id) { return broken }
            if running[id, default: 0] != self[id].runningOnNodes {
                return
                    "\(id) believes \(self[id].runningOnNodes) attempts on nodes, which run \(running[id, default: 0])"
            }
        }
        return nil
    }

    /// The same of the nodes and jobs that the last event has changed: enough when it is asked after each event, and in a
    /// large cluster quicker by far.
    public var invariantBrokenByLastEvent: String? {
        for place in touchedNodes.indices {
            if let broken = ruleBroken(by: touchedNodes[place]) { return broken }
        }
        for place in touchedJobs.indices {
            if let broken = ruleBroken(by: touchedJobs[place]) { return broken }
        }
        return nil
    }

    private func ruleBroken(by id: NodeID) -> String? {
        let count = state.nodes[id.number].running.count
        if count > state.nodes[id.number].placeCount { return "\(id) runs too much" }
        if count > 0, !state.nodes[id.number].state.isLive {
            return "\(id) runs attempts and is \(state.nodes[id.number].state)"
        }
        return nil
    }

    private func ruleBroken(by id: JobID) -> String? {
        let running = self[id].runningCount
        if running != self[id].runningOnNodes {
            return "\(id) counts \(running) running, nodes \(self[id].runningOnNodes)"
        }
        if self[id].isEnded { return running > 0 ? "\(id) has ended and \(running) attempts run" : nil }
        for place in self[id].tables.indices where !self[id].tables[place].isSound {
            return "\(id): \(TaskKind.allCases[place]) tasks are pending and not queued, or queued and not pending"
        }
        for place in self[id].others.indices where isUnwanted(self[id].others[place].attempt) {
            return "\(self[id].others[place].attempt) runs for nobody"
        }
        return nil
    }

    /// Nobody has ordered the end of a backup task whose task does not run any more.
    private func isUnwanted(_ other: AttemptID) -> Bool {
        record(of: other.task)?.state != .running && self[other.task.job].killReason(other) == nil
    }
}
