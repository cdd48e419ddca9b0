internal import ClusterModel
internal import EventLoop
internal import Simulator

/// How fast the core decides by itself: it is told what it was told in runs, with nothing around it.
struct CoreTiming {
    private(set) var events = 0
    private(set) var nanoseconds: UInt64 = 0

    var eventsPerSecond: Int { Int(Double(events) / max(Double(nanoseconds) / 1e9, 1e-9)) }

    mutating func tell(_ events: [(event: Event, instant: Instant)]) {
        let started = Clock.boottimeNanoseconds()
        var cluster = Cluster()
        var decision = Decision()
        for (event, instant) in events {
            // Another process, of which the runs make another core.
            if case .coordinatorStarted = event { cluster.forgetSoftState() }
            cluster.handle(event, at: instant, into: &decision)
        }
        nanoseconds += Clock.boottimeNanoseconds() - started
        self.events += events.count
    }
}
