/// A point in time: nanoseconds since the cluster was made, never backward.
///
/// The coordinator counts it with CLOCK_BOOTTIME, the simulator with its virtual clock, a test as it likes.
public struct Instant: InstantProtocol {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let start = Instant(nanoseconds: 0)

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.nanoseconds < rhs.nanoseconds }

    public func advanced(by duration: Duration) -> Self {
        Instant(nanoseconds: nanoseconds + duration.nanoseconds)
    }

    /// The same for what is kept in nanoseconds, since a ``Duration`` counts in 128 bits.
    func advanced(byNanoseconds nanoseconds: Int64) -> Self { Instant(nanoseconds: self.nanoseconds + nanoseconds) }

    func nanoseconds(to other: Self) -> Int64 { other.nanoseconds - nanoseconds }

    public func duration(to other: Self) -> Duration { .nanoseconds(other.nanoseconds - nanoseconds) }
}

extension Duration {
    /// Whole nanoseconds; what is below is dropped. Durations of this project stay far below the 292 years of Int64.
    public var nanoseconds: Int64 {
        Int64(attoseconds / 1_000_000_000)
    }

    /// Seconds to the millisecond, such as `2.500`.
    public var secondsText: String {
        let magnitude = milliseconds.magnitude
        return "\(milliseconds < 0 ? "-" : "")\(magnitude / 1000).\("\(1000 + magnitude % 1000)".dropFirst())"
    }

    /// Whole milliseconds; what is below is dropped.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
