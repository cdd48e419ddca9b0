/// A signal's number on Linux.
public struct Signal: RawRepresentable, Hashable, Sendable {
    public let rawValue: CInt

    public init(rawValue: CInt) {
        self.rawValue = rawValue
    }

    public static let hangup = Signal(rawValue: 1)
    public static let interrupt = Signal(rawValue: 2)
    public static let quit = Signal(rawValue: 3)
    public static let kill = Signal(rawValue: 9)
    public static let user1 = Signal(rawValue: 10)
    public static let user2 = Signal(rawValue: 12)
    public static let brokenPipe = Signal(rawValue: 13)
    public static let terminate = Signal(rawValue: 15)
    public static let child = Signal(rawValue: 17)
    /// Ends a ``stop``.
    public static let resume = Signal(rawValue: 18)
    /// Freezes a process; it cannot prevent it.
    public static let stop = Signal(rawValue: 19)
    public static let windowChange = Signal(rawValue: 28)
}
