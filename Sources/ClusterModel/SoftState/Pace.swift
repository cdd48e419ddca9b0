/// Tasks that may be expected to take about as long as each other.
struct TaskGroup: Hashable, Sendable {
    let job: JobID
    let kind: TaskKind

    init(job: JobID, kind: TaskKind) { (self.job, self.kind) = (job, kind) }

    init(_ attempt: AttemptID) { self.init(job: attempt.task.job, kind: attempt.task.kind) }
}

/// How long several attempts took.
struct Durations: Sendable {
    private var total: Int64 = 0
    private var count: Int64 = 0

    mutating func add(_ duration: Duration) {
        total += duration.nanoseconds
        count += 1
    }

    /// In nanoseconds; nil without any.
    var mean: Int64? { count > 0 ? total / count : nil }
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

    init(_ attempt: AttemptID, _ fraction: Int, _ launched: Instant, _ now: Instant) {
        self.attempt = attempt
        elapsed = launched.duration(to: now).nanoseconds
        // Hours in nanoseconds times a thousand are within an Int64, years are not.
        let (product, overflow) = elapsed.multipliedReportingOverflow(by: 1000)
        whole = overflow ? .max : product / min(max(Int64(fraction), 1), Self.believed)
    }

    var left: Int64 { whole - elapsed }
}
