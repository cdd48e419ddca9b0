internal import ClusterModel

/// The coordinator's process around the control plane.
struct CoordinatorModel: Sendable {
    /// What waits for the journal.
    enum Outgoing: Sendable {
        case effect(Effect)
        /// The worker need not say again what it has said in so many messages over the link.
        case heard(link: Int, Int)
    }

    let heartbeatTimeout: Duration
    var plane: ControlPlane
    var gate = SyncGate<Outgoing>(synced: 0)
    var nodes = NodeConnections()
    /// Links over which something was said that is not acknowledged yet.
    var unacknowledged: Set<Int> = []
    /// Raised with each process.
    var life = 0
    var isUp = false
    var frozenSince: Instant?
    var backlog: [Happening] = []
    /// The cluster's time less the run's.
    var clockOffset = Duration.zero
    /// When it is due to look at its deadlines.
    var wakesAt: Instant?
    var lastBeat = Instant.start

    init(heartbeatTimeout: Duration) {
        self.heartbeatTimeout = heartbeatTimeout
        plane = ControlPlane(heartbeatTimeout: heartbeatTimeout)
    }
}
