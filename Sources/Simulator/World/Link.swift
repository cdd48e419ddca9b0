internal import ClusterModel
internal import DequeModule
internal import Wire

/// What travels over a connection.
enum Parcel: Sendable {
    // To the coordinator.
    case worker(WorkerMessage)
    case launcher(LauncherMessage)
    case request(Int, ClientRequest)
    // From it.
    case order(WorkerOrder)
    case launcherOrder(LauncherOrder)
    case answer(Int, Answer)
    /// The last in its direction: the other end has closed the connection, or it broke.
    case end(isBroken: Bool)
}

/// A TCP connection to the coordinator. Each direction keeps its order; what is under way when it breaks is lost.
struct Link: Sendable {
    enum Peer: Sendable {
        /// By place among the processes.
        case worker(Int)
        case launcher
        case client
    }

    /// One direction.
    struct Pipe: Sendable {
        var parcels: Deque<Parcel> = []
        /// No parcel overtakes the one before.
        var lastArrival = Instant.start
        /// Nothing arrives while the network is cut; it does when it is mended.
        var isHeld = false
        /// Since when.
        var heldSince = Instant.start
        /// Arrivals that were due meanwhile.
        var overdue = 0
        var sent = 0
        var heard = 0
        /// The receiver has the end, or is gone.
        var isClosed = false
    }

    let peer: Peer
    /// To the coordinator.
    var up = Pipe()
    /// From the coordinator.
    var down = Pipe()
}
