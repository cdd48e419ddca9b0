internal import BitCollections

// What is not kept in a snapshot because it follows from the rest, and what must hold of the rest.

extension ClusterState {
    /// Makes the indices again, when everything else has been read from somewhere.
    ///
    /// - Returns: False, when what was read can be no cluster's state: it names things that there are not.
    package mutating func restoreIndices() -> Bool {
        guard isSound else { return false }
        for number in nodes.indices { nodes[number].countReduces() }
        for (number, node) in nodes.enumerated() {
            guard nodeNumbers.updateValue(number, forKey: node.registration.name) == nil else { return false }
            note(NodeID(number), from: NodeStanding(), to: NodeStanding(node))
            if node.state == .draining { draining.insert(number) }
            for attempt in node.running { jobs[attempt.task.job.number - 1].runningOnNodes += 1 }
        }
        for job in jobs {
            if !job.isEnded { active.insert(job.id.number) }
            update(job.id) { _ in }
        }
        endedTasks = ended.reduce(0) { $0 + jobs[$1 - 1].keptTaskCount }
        return true
    }

    private var isSound: Bool {
        (0...Int(UInt32.max)).contains(epoch) && Self.isCount(sequence) && nodes.count <= Cluster.nodeLimit
            && nodes.allSatisfy(isSound)
            && jobs.enumerated().allSatisfy { $1.id.number == $0 + 1 && $1.isSound(nodeCount: nodes.count) }
            && ended.allSatisfy { jobs.indices.contains($0 - 1) && jobs[$0 - 1].isEnded }
            && Set(ended).count == ended.count
    }

    private func isSound(_ node: Node) -> Bool {
        (0...NodeRegistration.containerLimit).contains(node.registration.containers)
            && node.running.count <= node.placeCount
            && Self.isCount(node.incarnation) && Self.isCount(node.faults)
            && node.running.allSatisfy { attempt in
                let place = attempt.task.job.number - 1
                return jobs.indices.contains(place) && jobs[place].owns(attempt) && !jobs[place].isEnded
            }
    }

    /// A number that can be counted on without an overflow.
    static func isCount(_ number: Int) -> Bool { (0..<1 << 60).contains(number) }
}

extension Job {
    fileprivate func isSound(nodeCount: Int) -> Bool {
        hasSoundTables(nodeCount) && isSound(specification) && hasSoundLists(nodeCount) && hasSoundOutputs(nodeCount)
            && submitted >= .start && (finished ?? .start) >= .start
            && [endCounts.failed, endCounts.lost, endCounts.killed].allSatisfy(ClusterState.isCount)
            && isEnded == (finished != nil)
    }

    private func hasSoundTables(_ nodeCount: Int) -> Bool {
        let kinds = TaskKind.allCases
        guard tables.count == kinds.count, taskCounters.count == kinds.count || isEnded && taskCounters.isEmpty,
            taskCounts.map({ $0.count == kinds.count }) ?? true
        else { return false }
        for (kind, table) in zip(kinds, tables) {
            if !isEnded && table.count != specification.taskCount(kind) { return false }
            for task in table.tasks[..<table.fresh] {
                guard task.node < nodeCount, !task.hasFailed || task.failedNode < nodeCount, task.since >= 0 else {
                    return false
                }
            }
        }
        return zip(tables, taskCounters).allSatisfy { $1.count == 0 || $1.count == $0.count }
            && (taskCounts ?? []).allSatisfy { counts in
                [counts.total, counts.pending, counts.running, counts.done].allSatisfy(ClusterState.isCount)
            }
    }

    private func isSound(_ specification: JobSpecification) -> Bool {
        (0...JobSpecification.reduceLimit).contains(specification.reduceCount)
            && (0...JobSpecification.taskTimeoutLimit).contains(specification.taskTimeout)
            && (0...1000).contains(specification.reduceSlowStart) && specification.hasSoundSplits
            && specification.program.sorting.refusal() == nil
    }

    private func hasSoundLists(_ nodeCount: Int) -> Bool {
        let nodes = [preparedNodes.max(), excludedNodes.max()].compactMap { $0 } + fetchTroubles.numbers
        return nodes.allSatisfy { (0..<nodeCount).contains($0) } && nodeFailures.count <= nodeCount
            && (killing.map(\.attempt) + runningReduces + fetchedReduces).allSatisfy(owns)
            && others.allSatisfy { other in
                owns(other.attempt) && (0..<nodeCount).contains(other.node.number) && other.launched >= .start
            }
            && history.allSatisfy { ended in
                owns(ended.attempt) && (0..<nodeCount).contains(ended.node.number) && ended.launched >= .start
                    && ended.ended >= .start
            }
            && fetchFailures.keys.allSatisfy { $0 < self[.map].count }
    }

    /// The output of each map that has won is on its node, or was.
    private func hasSoundOutputs(_ nodeCount: Int) -> Bool {
        guard !isEnded else { return mapOutputs.isEmpty && strandedMaps.isEmpty }
        let maps = self[.map].tasks
        guard mapOutputs.count <= nodeCount, (strandedMaps.max() ?? -1) < maps.count else { return false }
        var seen = strandedMaps
        for (node, outputs) in mapOutputs.enumerated() {
            for map in outputs {
                guard map < maps.count, maps[Int(map)].node == node, seen.insert(Int(map)).inserted else {
                    return false
                }
            }
        }
        return seen.count == self[.map].doneCount && seen.allSatisfy { maps[$0].state == .done }
    }

    fileprivate func owns(_ attempt: AttemptID) -> Bool {
        attempt.task.job == id && (0..<self[attempt.task.kind].count).contains(attempt.task.index)
            && (0...Int(UInt32.max)).contains(attempt.epoch) && (0...Int(UInt16.max)).contains(attempt.number)
    }
}
