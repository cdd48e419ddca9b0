/// How soon attempts at maps come to their ends after their launch, the wait in a node's queue included.
struct Latencies: Sendable {
    /// What waits on a node should not do so for longer, in nanoseconds: it may soon be wanted elsewhere. For attempts that take
    /// longer themselves, what the way costs does not count.
    static let longestWait: Int64 = 50_000_000
    /// Of an average that the latest one has a share of one in so many of.
    private static let weight: Int64 = 4

    /// By number of the job, in nanoseconds; 0 for one of which nothing is known.
    private var averages: [Int64] = []

    mutating func note(_ job: JobID, nanoseconds: Int64) {
        while averages.count <= job.number { averages.append(0) }
        let before = averages[job.number]
        averages[job.number] =
            before == 0 ? max(1, nanoseconds) : max(1, before + (nanoseconds - before) / Self.weight)
    }

    mutating func forget(_ job: JobID) {
        if averages.indices.contains(job.number) { averages[job.number] = 0 }
    }

    /// Attempts that may wait for each container.
    func depth(of job: JobID) -> Int {
        guard averages.indices.contains(job.number), averages[job.number] > 0 else { return 0 }
        return min(Node.queueDepth, Int(Self.longestWait / averages[job.number]))
    }
}

extension Cluster {
    mutating func noteLatency(of attempt: AttemptID) {
        guard attempt.task.kind == .map else { return }
        let since = Instant(nanoseconds: self[attempt.task.job][.map].tasks[attempt.task.index].since)
        latencies.note(attempt.task.job, nanoseconds: since.nanoseconds(to: now))
    }
}
