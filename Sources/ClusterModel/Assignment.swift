/// What an attempt is to do: all that its container needs beside the job's program.
public enum Assignment: Hashable, Sendable {
    /// Read the split of the file at the URI, and the files at `more` behind it; partition for so many reducers, or write
    /// output when there are none.
    case map(uri: String, offset: Int, length: Int, more: [String] = [])
    /// Fetch the partition from so many maps.
    case reduce(partition: Int, mapCount: Int)
    /// Gather the winners' output, by output partition.
    case commit(winners: [AttemptID])
    case abort
}

/// Where a winning map's output is.
public struct MapOutputLocation: Hashable, Sendable {
    public var attempt: AttemptID
    /// HOST:PORT of the worker that serves it.
    public var address: String

    public init(attempt: AttemptID, address: String) {
        self.attempt = attempt
        self.address = address
    }
}

extension Cluster {
    /// What a launched attempt is to do.
    ///
    /// - Returns: Nil when its job has ended: an order to launch may have waited for the journal so long.
    public func assignment(of attempt: AttemptID) -> Assignment? {
        let job = self[attempt.task.job]
        guard !job.isEnded else { return nil }
        switch attempt.task.kind {
        case .map:
            let split = job.specification.splits[attempt.task.index]
            let inputs = job.specification.inputs[split.input...split.input + split.followers]
            return .map(
                uri: inputs[split.input], offset: split.offset, length: split.length, more: Array(inputs.dropFirst()))
        case .reduce: return .reduce(partition: attempt.task.index, mapCount: job[.map].count)
        case .commit: return .commit(winners: winners(of: job))
        case .abort: return .abort
        }
    }

    /// The attempts whose output makes the job's, by output partition.
    private func winners(of job: Job) -> [AttemptID] {
        let kind = job.specification.reduceCount > 0 ? TaskKind.reduce : .map
        return job[kind].tasks.indices.map { winner(TaskID(job: job.id, kind: kind, index: $0)) }
    }

    private func winner(_ task: TaskID) -> AttemptID {
        self[task.job].followedAttempt(task)
    }

    /// Where the output of those of the maps is that have winners; nowhere, when the job has ended.
    public func locations(of maps: [Int], in job: JobID) -> [MapOutputLocation] {
        guard !self[job].isEnded else { return [] }
        let table = self[job][.map]
        let stranded = self[job].strandedMaps
        return maps.filter { table.tasks[$0].state == .done && !stranded.contains($0) }.map { map in
            let task = TaskID(job: job, kind: .map, index: map)
            let node = state.nodes[table.tasks[map].nodeID.number]
            return MapOutputLocation(attempt: winner(task), address: node.registration.address)
        }
    }

    public func specification(of job: JobID) -> JobSpecification { self[job].specification }

    /// The registration and the number of the present incarnation.
    public func registration(of node: NodeID) -> NodeRegistration { state.nodes[node.number].registration }

    /// The folder beside a job's output in which it is made.
    public func temporaryFolderName(of job: JobID) -> String { ".martlet-\(identity)-\(job)" }

    /// The cluster's name for itself.
    public var identity: String { state.cluster }
}
