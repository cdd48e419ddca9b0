internal import ClusterModel
internal import EventLoop

/// What an attempt spends its time with.
final class PhaseClock {
    private var phase: AttemptPhase?
    /// On the clock, when the present phase was last entered.
    private var since: UInt64
    /// Nanoseconds by phase.
    private var sums = [UInt64](repeating: 0, count: AttemptPhase.allCases.count)

    init() { since = Clock.boottimeNanoseconds() }

    /// From now on it is this; nil when nobody asks.
    func enter(_ next: AttemptPhase?) {
        let now = Clock.boottimeNanoseconds()
        if let phase { sums[phase.index] += now - since }
        (phase, since) = (next, now)
    }

    /// A part of the present phase that is counted as its own.
    func during<Result>(_ part: AttemptPhase, _ body: () throws -> Result) rethrows -> Result {
        let whole = phase
        enter(part)
        defer { enter(whole) }
        return try body()
    }

    /// Those of a millisecond and more, as counters.
    func count(into counters: inout Counters) {
        enter(phase)
        for phase in AttemptPhase.allCases where sums[phase.index] >= 1_000_000 {
            counters.add(Int(sums[phase.index] / 1_000_000), group: AttemptPhase.group, name: phase.counter)
        }
    }
}
