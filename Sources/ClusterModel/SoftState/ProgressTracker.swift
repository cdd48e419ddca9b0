internal import HeapModule

/// How far each running attempt is, and which gave no sign of progress for too long.
///
/// Soft state, as ``FailureDetector``.
public struct ProgressTracker: Sendable {
    private var watched = WatchTable()
    /// What programs last said of themselves, of those that did: the fewest.
    private var statuses: [AttemptID: String] = [:]
    private var deadlines = Heap<Deadline>()
    private var watchCount = 0
    /// So many deadlines are looked through for those of attempts that have ended.
    private var sweepCount = smallestSweep
    private static let smallestSweep = 4096
    /// How long winners took; see ``stragglers(at:)``.
    private var winners = Winners()

    public init() {}

    /// When to call ``expire(at:)`` next.
    public var nextDeadline: Instant? { deadlines.min?.instant }

    /// - Parameter timeout: Milliseconds; without progress for so long the attempt has failed. 0 is never.
    public mutating func watch(_ attempt: AttemptID, timeout: Int, at now: Instant) {
        let timeout = Int64(timeout) * 1_000_000
        watched.insert(Watch(attempt: attempt, launched: now, timeout: timeout))
        if timeout > 0 { insert(attempt, at: now.advanced(byNanoseconds: timeout)) }
    }

    /// What a worker says of an attempt that it runs.
    public mutating func report(_ report: ControlPlane.AttemptProgress, at now: Instant) {
        let isWatched = watched.update(report.attempt) { watch in
            watch.fraction = min(max(report.fraction, 0), 1000)
            if report.hasProgressed { watch.progressed = now }
        }
        guard isWatched else { return }
        if !report.status.isEmpty {
            statuses[report.attempt] = String(report.status.prefix(ControlPlane.AttemptProgress.statusLimit))
        } else if !statuses.isEmpty {
            statuses[report.attempt] = nil
        }
    }

    public mutating func forget(_ attempt: AttemptID) {
        unwatch(attempt)
    }

    @discardableResult
    private mutating func unwatch(_ attempt: AttemptID) -> Instant? {
        if !statuses.isEmpty { statuses[attempt] = nil }
        return watched.remove(attempt)
    }

    /// The attempt has won: others at tasks like its own may be measured by it.
    public mutating func win(_ attempt: AttemptID, at now: Instant) {
        guard let launched = unwatch(attempt) else { return }
        winners.note(attempt.task, nanoseconds: launched.nanoseconds(to: now))
    }

    public mutating func forget(_ job: JobID) { winners.forget(job) }

    /// The running attempts at whose tasks another would probably end first, the one with most time left before all others.
    ///
    /// An attempt's time left follows from its progress so far, as in LATE (Zaharia et al., OSDI 2008); another would take as
    /// long as the winners of its job and kind did on average (Hadoop's DefaultSpeculator), or, while there are none, as
    /// the median of its running neighbours seems to. That is a guess, and early on some of equals seem slower: then its time
    /// left must be half as much again, lest they lose to needless attempts what these take.
    public func stragglers(at now: Instant) -> [AttemptID] {
        var groups: [TaskGroup: [Pace]] = [:]
        watched.forEach { watch in
            groups[TaskGroup(watch.attempt), default: []].append(Pace(watch, now))
        }
        return groups.flatMap { group, paces in slow(paces, winners.mean(group)) }
            // All in one order, whatever that of the dictionaries was.
            .sorted { ($1.left, $0.attempt) < ($0.left, $1.attempt) }.map(\.attempt)
    }

    private func slow(_ paces: [Pace], _ mean: Int64?) -> [Pace] {
        let median = paces.map(\.whole).sorted()[(paces.count - 1) / 2]
        // An attempt alone of its kind has nothing to be measured by.
        guard let usual = mean ?? (paces.count > 1 ? median : nil) else { return [] }
        let more = mean == nil ? usual / 2 : 0
        return paces.filter { pace in
            pace.elapsed >= max(Pace.shortest, usual / 4) && pace.left > usual && pace.left - usual > more
        }
    }

    /// In thousandths; 0 for an attempt that is not running.
    public func fraction(of attempt: AttemptID) -> Int { watched[attempt]?.fraction ?? 0 }

    /// What its program last said of itself; empty for an attempt that is not running.
    public func status(of attempt: AttemptID) -> String { statuses[attempt] ?? "" }

    /// The attempts whose time is over, each once.
    public mutating func expire(at now: Instant) -> [AttemptID] {
        var silent: [AttemptID] = []
        while let first = deadlines.min, first.instant <= now {
            deadlines.removeMin()
            guard let watch = watched[first.attempt], watch.timeout > 0 else { continue }
            let deadline = watch.progressed.advanced(byNanoseconds: watch.timeout)
            if deadline <= now { silent.append(first.attempt) } else { insert(first.attempt, at: deadline) }
        }
        return silent
    }

    private mutating func insert(_ attempt: AttemptID, at instant: Instant) {
        watchCount += 1
        if deadlines.count >= sweepCount { sweep() }
        deadlines.insert(Deadline(instant: instant, order: watchCount, attempt: attempt))
    }

    /// A million short attempts would otherwise be remembered until the time of each is over.
    private mutating func sweep() {
        deadlines = Heap(deadlines.unordered.filter { watched[$0.attempt] != nil })
        sweepCount = max(Self.smallestSweep, 2 * deadlines.count)
    }

    /// Attempts whose deadlines are remembered, those that have ended included.
    var deadlineCount: Int { deadlines.count }

    private struct Deadline: Comparable, Sendable {
        let instant: Instant
        /// Keeps equal times in the order of their making.
        let order: Int
        let attempt: AttemptID

        static func < (lhs: Self, rhs: Self) -> Bool { (lhs.instant, lhs.order) < (rhs.instant, rhs.order) }
    }
}
