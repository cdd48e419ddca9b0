internal import ClusterModel

/// What the agenda holds.
enum Happening: Sendable {
    enum Direction: Sendable { case up, down }

    /// The next parcel of the link has come to its end.
    case arrival(link: Int, Direction)
    /// The coordinator's own deadline.
    case deadline(life: Int)
    /// A write of the journal is done.
    case synced(life: Int)
    /// A write that failed is tried again.
    case retry(life: Int)
    case coordinatorStart(life: Int)

    case connect(worker: Int)
    case launcherConnect
    /// The attempt with this token is a step further.
    case attempt(worker: Int, token: Int)
    /// Nothing of it is left.
    case killed(worker: Int, token: Int)
    case workerStart(NodeRegistration)

    case request(Int)
    case fault(Int)
    case mend(Mending)
}

/// The end of a fault.
enum Mending: Sendable {
    case thaw(worker: Int)
    case heal(worker: Int)
    case thawCoordinator
    case freeDisk
    case quickDisk
    /// Nothing is wrong any more, and at least one node is there.
    case everything
}
