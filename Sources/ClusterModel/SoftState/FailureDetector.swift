internal import HeapModule

/// Which nodes are silent or deaf: suspect after half the timeout, lost after the whole of it.
///
/// A node is deaf when it goes on sending and hears nothing of what it is sent: its network is cut one way.
///
/// Soft state: it is rebuilt from the nodes' heartbeats, and its findings are the core's events. Heartbeats themselves
/// never reach the core.
public struct FailureDetector: Sendable {
    /// How many messages a node was sent, and how many of them it has had.
    public struct Hearing: Hashable, Sendable {
        public var heard: Int
        public var sent: Int

        public init(heard: Int, sent: Int) { (self.heard, self.sent) = (heard, sent) }
    }

    public enum Finding: Hashable, Sendable {
        case suspect(Incarnation)
        case lost(Incarnation, isDeaf: Bool)
    }

    /// Silence after which a node is lost.
    public let timeout: Duration
    /// A check that comes later than this after its deadline shows that the observer itself stood still. Then nobody
    /// is judged: what the nodes sent meanwhile has yet to be read.
    ///
    /// In nanoseconds.
    static let ownStall: Int64 = 500_000_000

    /// The timeout in nanoseconds; half of it makes a node suspect.
    private let longest: Int64
    private var watched: [Incarnation: Watch] = [:]
    private var deadlines = Heap<Deadline>()

    public init(timeout: Duration) {
        precondition(timeout > .zero)
        self.timeout = timeout
        longest = timeout.nanoseconds
    }

    /// When to call ``expire(at:)`` next.
    public var nextDeadline: Instant? { deadlines.min?.instant }

    public func isSuspect(_ incarnation: Incarnation) -> Bool { watched[incarnation]?.isSuspect ?? false }

    public mutating func watch(_ incarnation: Incarnation, at now: Instant) {
        watched[incarnation] = Watch(heard: now)
        deadlines.insert(Deadline(instant: now.advanced(byNanoseconds: longest / 2), incarnation: incarnation))
    }

    /// Whatever a node says is a sign of life.
    public mutating func hear(_ incarnation: Incarnation, at now: Instant) {
        watched[incarnation]?.heard = now
        if watched[incarnation]?.deafSince == nil { watched[incarnation]?.isSuspect = false }
    }

    /// What a node says of its hearing: the number of messages that it has had of those that it was sent.
    public mutating func note(_ hearing: Hearing, of incarnation: Incarnation, at now: Instant) {
        guard let watch = watched[incarnation] else { return }
        // As long as some arrive, others are only under way.
        let isDeaf = hearing.heard < hearing.sent && hearing.heard == watch.messagesHeard
        watched[incarnation]?.deafSince = isDeaf ? watch.deafSince ?? now : nil
        watched[incarnation]?.messagesHeard = hearing.heard
    }

    public mutating func forget(_ incarnation: Incarnation) {
        watched[incarnation] = nil
    }

    /// What the silence up to now means. Each incarnation has one entry among the deadlines, which moves on lazily.
    public mutating func expire(at now: Instant) -> [Finding] {
        if let first = deadlines.min?.instant, first.advanced(byNanoseconds: Self.ownStall) < now { rearm(at: now) }
        var findings: [Finding] = []
        while let first = deadlines.min, first.instant <= now {
            deadlines.removeMin()
            if let finding = judge(first.incarnation, at: now) { findings.append(finding) }
        }
        return findings
    }

    private mutating func rearm(at now: Instant) {
        for incarnation in watched.keys {
            watched[incarnation]?.heard = now
            watched[incarnation]?.deafSince = nil
        }
    }

    private mutating func judge(_ incarnation: Incarnation, at now: Instant) -> Finding? {
        guard let watch = watched[incarnation] else { return nil }
        let suspected = watch.wellUntil.advanced(byNanoseconds: longest / 2)
        let lost = watch.wellUntil.advanced(byNanoseconds: longest)
        if lost <= now {
            watched[incarnation] = nil
            // A node that stands still may have been sent something just before: it is silent, and not deaf.
            return .lost(incarnation, isDeaf: now < watch.heard.advanced(byNanoseconds: longest / 2))
        }
        let isSuspect = suspected <= now
        deadlines.insert(Deadline(instant: isSuspect ? lost : suspected, incarnation: incarnation))
        watched[incarnation]?.isSuspect = isSuspect
        return isSuspect && !watch.isSuspect ? .suspect(incarnation) : nil
    }

    private struct Watch: Sendable {
        var heard: Instant
        var isSuspect = false
        var messagesHeard = 0
        /// Since when it has heard nothing of what is under way to it.
        var deafSince: Instant?

        var wellUntil: Instant { min(heard, deafSince ?? heard) }
    }

    /// Ordered by time, then by node, so that equal times come in the same order everywhere.
    private struct Deadline: Comparable, Sendable {
        let instant: Instant
        let incarnation: Incarnation

        static func < (lhs: Self, rhs: Self) -> Bool {
            (lhs.instant, lhs.incarnation.node, lhs.incarnation.number)
                < (rhs.instant, rhs.incarnation.node, rhs.incarnation.number)
        }
    }
}
