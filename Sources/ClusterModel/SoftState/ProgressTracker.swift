internal import HeapModule

/// How far each running attempt is, and which gave no sign of progress for too long.
///
/// Soft state, as ``FailureDetector``.
public struct ProgressTracker: Sendable {
    private var watched: [AttemptID: Watch] = [:]
    private var deadlines = Heap<Deadline>()
    private var watchCount = 0
    /// How long winners took; see ``stragglers(at:)``.
    private var winners: [TaskGroup: Durations] = [:]

    public init() {}

    /// When to call ``expire(at:)`` next.
    public var nextDeadline: Instant? { deadlines.min?.instant }

    /// - Parameter timeout: Without progress for this long the attempt has failed; nil is never.
    public mutating func watch(_ attempt: AttemptID, timeout: Duration?, at now: Instant) {
        watched[attempt] = Watch(launched: now, progressed: now, timeout: timeout)
        guard let timeout else { return }
        insert(attempt, at: now.advanced(by: timeout))
    }

    /// What a worker says of an attempt that it runs.
    public mutating func report(_ report: ControlPlane.AttemptProgress, at now: Instant) {
        watched[report.attempt]?.fraction = min(max(report.fraction, 0), 1000)
        watched[report.attempt]?.status = String(report.status.prefix(ControlPlane.AttemptProgress.statusLimit))
        if report.hasProgressed { watched[report.attempt]?.progressed = now }
    }

    public mutating func forget(_ attempt: AttemptID) {
        watched[attempt] = nil
    }

    /// The attempt has won: others at tasks like its own may be measured by it.
    public mutating func win(_ attempt: AttemptID, at now: Instant) {
        guard let watch = watched.removeValue(forKey: attempt) else { return }
        winners[TaskGroup(attempt), default: Durations()].add(watch.launched.duration(to: now))
    }

    public mutating func forget(_ job: JobID) {
        for kind in TaskKind.allCases { winners[TaskGroup(job: job, kind: kind)] = nil }
    }

    /// The running attempts at whose tasks another would probably end first, the one with most time left before all others.
    ///
    /// An attempt's time left follows from its progress so far, as in LATE (Zaharia et al., OSDI 2008); another would take as
    /// long as the winners of its job and kind did on average (Hadoop's DefaultSpeculator), or, while there are none, as
    /// the median of its running neighbours will.
    public func stragglers(at now: Instant) -> [AttemptID] {
        var groups: [TaskGroup: [Pace]] = [:]
        for (attempt, watch) in watched {
            groups[TaskGroup(attempt), default: []].append(Pace(attempt, watch.fraction, watch.launched, now))
        }
        return groups.flatMap { group, paces in slow(paces, winners[group]) }
            // All in one order, whatever that of the dictionaries was.
            .sorted { ($1.left, $0.attempt) < ($0.left, $1.attempt) }.map(\.attempt)
    }

    private func slow(_ paces: [Pace], _ winners: Durations?) -> [Pace] {
        let median = paces.map(\.whole).sorted()[(paces.count - 1) / 2]
        // An attempt alone of its kind has nothing to be measured by.
        guard let usual = winners?.mean ?? (paces.count > 1 ? median : nil) else { return [] }
        return paces.filter { $0.elapsed >= max(Pace.shortest, usual / 4) && $0.left > usual }
    }

    /// In thousandths; 0 for an attempt that is not running.
    public func fraction(of attempt: AttemptID) -> Int { watched[attempt]?.fraction ?? 0 }

    /// What its program last said of itself; empty for an attempt that is not running.
    public func status(of attempt: AttemptID) -> String { watched[attempt]?.status ?? "" }

    /// The attempts whose time is over, each once.
    public mutating func expire(at now: Instant) -> [AttemptID] {
        var silent: [AttemptID] = []
        while let first = deadlines.min, first.instant <= now {
            deadlines.removeMin()
            guard let watch = watched[first.attempt], let timeout = watch.timeout else { continue }
            let deadline = watch.progressed.advanced(by: timeout)
            if deadline <= now { silent.append(first.attempt) } else { insert(first.attempt, at: deadline) }
        }
        return silent
    }

    private mutating func insert(_ attempt: AttemptID, at instant: Instant) {
        watchCount += 1
        deadlines.insert(Deadline(instant: instant, order: watchCount, attempt: attempt))
    }

    private struct Watch: Sendable {
        let launched: Instant
        var progressed: Instant
        let timeout: Duration?
        var fraction = 0
        var status = ""
    }

    private struct Deadline: Comparable, Sendable {
        let instant: Instant
        /// Keeps equal times in the order of their making.
        let order: Int
        let attempt: AttemptID

        static func < (lhs: Self, rhs: Self) -> Bool { (lhs.instant, lhs.order) < (rhs.instant, rhs.order) }
    }
}
