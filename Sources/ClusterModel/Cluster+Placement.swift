internal import BitCollections
internal import DequeModule

// Which task goes where. It follows from any event, since any may free a container or make a task.

extension Cluster {
    mutating func launchPending() {
        guard journalProblem == nil else { return }
        if state.free.total > 0 { fillFreeContainers() }
        if state.free.total == 0, state.queues.total > 0 { fillQueues() }
        for place in touchedJobs.indices { preemptReducers(of: touchedJobs[place]) }
    }

    private mutating func fillFreeContainers() {
        // What ends a job comes before anything else: it is short, and somebody waits for it.
        if !state.closing.isEmpty {
            for number in state.closing where state.free.total > 0 { launchPending(of: JobID(number)) }
        }
        // Jobs in the order of their submission, as Hadoop's FIFO scheduler.
        for number in state.launchable {
            guard state.free.total > 0 else { break }
            launchPending(of: JobID(number))
        }
    }

    private mutating func launchPending(of id: JobID) {
        guard let kind = self[id].launchableKind else { return }
        launchPending(kind, of: id)
        // With its last map the job may have come so far that reducers may start.
        if kind == .map, self[id].launchableKind == .reduce { launchPending(.reduce, of: id) }
    }

    private mutating func launchPending(_ kind: TaskKind, of id: JobID) {
        var room = min(self[id].roomForRunning(kind), kind == .reduce ? reduceRoom(of: id) : .max)
        var place = 0
        while place < self[id][kind].retries.count, state.free.total > 0, room > 0 {
            let index = Int(self[id][kind].retries[place])
            let task = TaskID(job: id, kind: kind, index: index)
            if self[id][kind].tasks[index].launches == .max { return giveUp(task) }
            if let node = nodeForRetry(task) {
                launch(task, on: node)
                room -= 1
            } else {
                place += 1
            }
        }
        while self[id][kind].fresh < self[id][kind].count, room > 0,
            let node = kind == .reduce ? nodeForReduce(of: id) : emptiestNode(for: id)
        {
            launch(TaskID(job: id, kind: kind, index: self[id][kind].fresh), on: node)
            room -= 1
        }
    }

    /// Reducers that may be launched now. Until the maps are done they wait for them, and get half of the containers at most
    /// (Hadoop's `yarn.app.mapreduce.am.job.reduce.rampup.limit`): a map that must run again or is slow needs one too.
    private func reduceRoom(of id: JobID) -> Int {
        self[id][.map].isDone ? .max : state.runningContainers / 2 - self[id].runningReduces.count
    }

    /// While maps run, reducers that wait for them do not crowd where the first of these have ended.
    private func nodeForReduce(of id: JobID) -> NodeID? {
        guard !self[id][.map].isDone else { return emptiestNode(for: id) }
        var taken = exclusions(of: id)
        for reduce in self[id].runningReduces { taken.insert(self[id].running(reduce).node.number) }
        return state.free.emptiest(outside: taken) ?? emptiestNode(for: id)
    }

    /// Short maps wait on nodes for containers to be free, and not here. Reducers, whose wait for maps may be long, never do, nor
    /// do retries, which may be in each other's way, nor maps of which only so many may run: one that waits would count.
    private mutating func fillQueues() {
        for number in state.launchable {
            let id = JobID(number)
            let depth = latencies.depth(of: id)
            guard depth > 0, self[id].launchableKind == .map, self[id].runningReduces.isEmpty,
                self[id].roomForRunning(.map) == .max
            else { continue }
            while self[id][.map].fresh < self[id][.map].count, let node = emptiestQueue(for: id),
                state.nodes[node.number].queueLength < depth
            {
                launch(TaskID(job: id, kind: .map, index: self[id][.map].fresh), on: node)
            }
        }
    }

    /// The node where least waits for each container.
    private func emptiestQueue(for job: JobID) -> NodeID? {
        self[job].excludedNodes.isEmpty ? state.queues.emptiest() : state.queues.emptiest(outside: exclusions(of: job))
    }

    /// Losses and preemption are no failures, but a task that never comes to an end is one.
    private mutating func giveUp(_ task: TaskID) {
        guard self[task.job].phase == .running || self[task.job].phase == .committing else { return }
        var failure = JobFailure()
        failure.reason = "\(task) was launched \(UInt16.max) times and never came to its end"
        abort(task.job, .failed(failure))
    }

    /// A node other than the one where the task failed last. While others are only busy it waits for them, unless
    /// they may be busy waiting for this very task.
    private func nodeForRetry(_ task: TaskID) -> NodeID? {
        let job = self[task.job]
        let excluded = exclusions(of: task.job)
        guard let failed = job[task.kind].tasks[task.index].failedNodeID else {
            return state.free.emptiest(outside: excluded)
        }
        if let other = state.free.emptiest(except: failed, outside: excluded) { return other }
        let othersRun = state.nodes.indices.contains {
            $0 != failed.number && state.nodes[$0].state == .running && !excluded.contains($0)
        }
        return othersRun && job.runningReduces.isEmpty ? nil : state.free.emptiest(outside: excluded)
    }

    /// The node with most free containers of those that the job wants.
    private func emptiestNode(for job: JobID) -> NodeID? {
        self[job].excludedNodes.isEmpty ? state.free.emptiest() : state.free.emptiest(outside: exclusions(of: job))
    }

    /// Nodes that the job wants no more of; none when they are more than half: then it is rather the job (Hadoop's
    /// `yarn.app.mapreduce.am.job.node-blacklisting.ignore-threshold-node-percent`, there 33).
    func exclusions(of id: JobID) -> BitSet {
        let nodes = self[id].excludedNodes
        guard !nodes.isEmpty else { return nodes }
        let excluded = nodes.count { state.nodes[$0].state == .running }
        return 2 * excluded <= state.runningNodes ? nodes : BitSet()
    }

    private mutating func launch(_ task: TaskID, on node: NodeID) {
        let attempt = nextAttempt(at: task)
        prepare(node, for: task)
        change(.attemptLaunched(attempt, node))
        effect(.launch(attempt, on: node))
    }

    func nextAttempt(at task: TaskID) -> AttemptID {
        let number = Int(self[task.job][task.kind].tasks[task.index].launches)
        return AttemptID(task: task, epoch: state.epoch, number: number)
    }

    mutating func prepare(_ node: NodeID, for task: TaskID) {
        if !self[task.job].preparedNodes.contains(node.number) { effect(.prepareJob(task.job, on: node)) }
        if task.kind == .reduce, !isReducing(task.job, on: node) { announceAllMapOutputs(of: task.job, to: node) }
    }

    mutating func announceAllMapOutputs(of job: JobID, to node: NodeID) {
        effect(.announceMapOutputs(job, maps: Array(0..<self[job][.map].count), to: node))
    }

    /// Then the node knows where map output is, and is told of what changes.
    func isReducing(_ job: JobID, on node: NodeID) -> Bool {
        state.nodes[node.number].running.contains { $0.task.job == job && $0.task.kind == .reduce }
    }

    /// Reducers that hold every container while some of their maps must run again would wait for them for ever: the
    /// youngest make room, half of those that wait at most (as Hadoop's reduce preemption limit). It counts as no
    /// failure. One that has fetched everything waits for nothing, and its container is free when it is done.
    private mutating func preemptReducers(of id: JobID) {
        guard !self[id].runningReduces.isEmpty, self[id].launchableKind == .map, self[id][.map].pendingCount > 0
        else { return }
        let job = self[id]
        let excluded = exclusions(of: id)
        guard state.free.emptiest(outside: excluded) == nil else { return }
        let waiting = job.runningReduces.filter {
            !job.fetchedReduces.contains($0) && runsWhereMoreMayRun($0, outside: excluded)
        }
        // Containers that maps have or are about to get.
        let granted = job[.map].runningCount + job.killing.count
        let wanted = min(
            min((waiting.count + 1) / 2, job[.map].pendingCount) - granted,
            job.roomForRunning(.map) - job.killing.count { $0.attempt.task.kind == .reduce })
        for reduce in waiting.reversed().filter({ job.killReason($0) == nil }).prefix(max(0, wanted)) {
            requestKill(reduce, reason: "preempted: a map that it waits for needs its container")
        }
    }

    /// Not so on a draining node, where a container that is freed is gone, or on one that the job has excluded.
    private func runsWhereMoreMayRun(_ attempt: AttemptID, outside excluded: BitSet) -> Bool {
        let node = self[attempt.task.job].running(attempt).node
        return state.nodes[node.number].state == .running && !excluded.contains(node.number)
    }
}
