internal import ClusterModel

/// How much of its history a cluster keeps: whatever goes is whole closed segments of the journal, the oldest first.
public struct Retention: Hashable, Sendable {
    /// Changes younger than this are kept, by the cluster's own clock; nil keeps them for ever.
    public var age: Duration?
    /// Bytes that closed segments may take; nil is any number.
    public var bytes: Int?

    public init(age: Duration? = nil, bytes: Int? = nil) { (self.age, self.bytes) = (age, bytes) }

    /// Keeps everything.
    public static let all = Retention()

    /// A segment to which nothing is appended any more.
    struct Segment: Hashable, Sendable {
        /// The number of its last change.
        let last: Int
        let bytes: Int
        /// When the change behind its last one was made: all of its own are older. Nil when that cannot be told.
        let end: Instant?
    }

    /// Which segments go.
    ///
    /// - Parameters:
    ///   - closed: All closed segments, oldest first.
    ///   - unneeded: The number of the last change that recovery does not need.
    ///   - now: On the clock by which changes are made.
    /// - Returns: The number of the last change that goes; nil when none does.
    func cut(_ closed: [Segment], unneeded: Int, now: Instant) -> Int? {
        var total = closed.reduce(0) { $0 + $1.bytes }
        var cut: Int?
        for segment in closed {
            guard segment.last <= unneeded, isTooMuch(total) || isTooOld(segment, now) else { break }
            total -= segment.bytes
            cut = segment.last
        }
        return cut
    }

    private func isTooMuch(_ total: Int) -> Bool { bytes.map { total > $0 } ?? false }

    private func isTooOld(_ segment: Segment, _ now: Instant) -> Bool {
        guard let age, let end = segment.end else { return false }
        return end.duration(to: now) > age
    }
}
