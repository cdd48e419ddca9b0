internal import CPlatform

/// The system's clocks. Decisions are given the time; only shells read it here.
public enum Clock {
    /// Nanoseconds since boot: goes on during suspend, never back, and is the same in all processes of a machine.
    public static func boottimeNanoseconds() -> UInt64 {
        platform_boottime_ns()
    }

    /// Nanoseconds since 1970, as the machine's administrators have set it.
    public static func realtimeNanoseconds() -> UInt64 {
        platform_realtime_ns()
    }
}
