/// Tasks that may be expected to take about as long as each other.
struct TaskGroup: Hashable, Sendable {
    let job: JobID
    let kind: TaskKind

    init(_ attempt: AttemptID) { (job, kind) = (attempt.task.job, attempt.task.kind) }
}

/// How long several attempts took.
struct Durations: Sendable {
    private var total: Int64 = 0
    private var count: Int64 = 0

    mutating func add(nanoseconds: Int64) {
        total += nanoseconds
        count += 1
    }

    /// In nanoseconds; nil without any.
    var mean: Int64? { count > 0 ? total / count : nil }
}

/// How long the winners of jobs took that have not ended.
struct Winners: Sendable {
    /// By number of the job, then by kind; empty for a job without winners.
    private var jobs: [[Durations]] = []

    mutating func note(_ task: TaskID, nanoseconds: Int64) {
        let job = task.job.number
        while jobs.count <= job { jobs.append([]) }
        if jobs[job].isEmpty { jobs[job] = Array(repeating: Durations(), count: TaskKind.allCases.count) }
        jobs[job][Int(task.kind.rawValue)].add(nanoseconds: nanoseconds)
    }

    mutating func forget(_ job: JobID) {
        if jobs.indices.contains(job.number) { jobs[job.number] = [] }
    }

    /// In nanoseconds; nil without any.
    func mean(_ group: TaskGroup) -> Int64? {
        guard jobs.indices.contains(group.job.number), !jobs[group.job.number].isEmpty else { return nil }
        return jobs[group.job.number][Int(group.kind.rawValue)].mean
    }
}

/// How fast an attempt is, in whole nanoseconds, so that it is the same everywhere.
struct Pace {
    /// Before that nothing can be said.
    static let shortest: Int64 = 1_000_000_000
    /// An attempt that has read all its input may yet work for long: in thousandths, as far as it is believed to be.
    private static let believed: Int64 = 900

    let attempt: AttemptID
    let elapsed: Int64
    /// From launch to end, if it goes on like this.
    let whole: Int64

    init(_ watch: Watch, _ now: Instant) {
        attempt = watch.attempt
        elapsed = watch.launched.nanoseconds(to: now)
        // Hours in nanoseconds times a thousand are within an Int64, years are not.
        let (product, overflow) = elapsed.multipliedReportingOverflow(by: 1000)
        whole = overflow ? .max : product / min(max(Int64(watch.fraction), 1), Self.believed)
    }

    var left: Int64 { whole - elapsed }
}
