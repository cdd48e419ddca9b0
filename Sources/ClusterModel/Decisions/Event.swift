/// What happened, as the cluster is told.
public enum Event: Hashable, Sendable {
    /// - Parameter wallClock: Nanoseconds since 1970.
    case coordinatorStarted(cluster: String, wallClock: Int64 = 0)
    /// The journal cannot be written for this reason, or can be again, when it is nil.
    case journalStuck(reason: String?)

    // From nodes.
    case nodeRegistering(NodeRegistration, ConnectionID)
    /// The failure detector's finding, or a closed connection.
    case nodeLost(Incarnation, reason: String)
    /// Its connection broke, which says nothing of its process: it may come back.
    case nodeDisconnected(Incarnation)
    case nodeResuming(Resumption, ConnectionID)
    /// A launcher's worker has ended, or could not be started, when the pid is 0.
    case workerEnded(name: String, pid: Int, reason: String)
    /// A launcher's worker has ended so that another, which was asked for under its name, can take its place.
    case workerReplaced(name: String, pid: Int)
    case attemptSucceeded(AttemptID, Counters, from: Incarnation)
    case attemptFailed(AttemptID, AttemptFailure, from: Incarnation)
    /// The answer to a kill.
    case attemptKilled(AttemptID, from: Incarnation)
    case fetchFailed(reduce: AttemptID, map: AttemptID, from: Incarnation)
    /// The reduce attempt has fetched all map output.
    case shuffleFinished(AttemptID, from: Incarnation)
    /// The progress tracker's finding: another attempt at its task would probably end first.
    case attemptSlow(AttemptID)
    /// The progress tracker's finding: no sign of progress for the job's limit.
    case attemptTimedOut(AttemptID)

    // From clients.
    case jobSubmitted(JobSpecification, RequestID)
    case jobCancelled(JobID, RequestID)
    case scaleRequested(NodeRole, count: Int, instanceType: String, RequestID)
    case nodeStartRequested(name: String, RequestID)
    case nodeKillRequested(name: String, RequestID)
    case nodeFaultRequested(name: String, NodeFault, RequestID)

    // From the launcher, which starts workers on a host.
    case launcherJoined(ConnectionID, host: String)
    case launcherLeft(ConnectionID)
}

/// What a worker says that is back after its connection broke.
public struct Resumption: Hashable, Sendable {
    /// The one that it was admitted as.
    public var incarnation: Incarnation
    /// Attempts that it runs, or whose end it is about to tell once more.
    public var attempts: [AttemptID] = []
    /// Jobs of which it holds the program with all files.
    public var jobs: [JobID] = []
    /// Jobs of which it holds something else.
    public var incompleteJobs: [JobID] = []

    public init(_ incarnation: Incarnation) { self.incarnation = incarnation }
}

/// What to do, in the order given.
public enum Effect: Hashable, Sendable {
    /// The registration is accepted, or the node goes on where its connection broke.
    case admit(ConnectionID, Incarnation)
    /// What the node runs and holds is no longer its own: it must give it up and register anew.
    case fence(ConnectionID)
    case refuseNode(ConnectionID, reason: String)
    case disconnect(Incarnation)
    case startWorker(NodeRegistration, by: ConnectionID)
    /// Ask the worker to end in peace.
    case stopWorker(NodeID)
    /// SIGKILL for the worker and everything under it.
    case killWorker(NodeID, by: ConnectionID?)
    /// Signals go through the launcher on the node's host; a cut is made at both ends of the connection.
    case injectFault(NodeID, NodeFault, by: ConnectionID?)

    /// The files that the request brought along are the job's, and must be safe before its submission is.
    case keepJobFiles(JobID, RequestID)
    /// Give the node the job's program and files; comes before the first launch there.
    case prepareJob(JobID, on: NodeID)
    case launch(AttemptID, on: NodeID)
    case kill(AttemptID, on: NodeID)
    /// Tell the node where the output of these map tasks is.
    case announceMapOutputs(JobID, maps: [Int], to: NodeID)
    /// The job is over: the node may delete what it holds for it.
    case forgetJob(JobID, on: NodeID)
    /// The job is over: its files need not be kept for further nodes.
    case dropJobFiles(JobID)

    case answer(RequestID, Answer)
}

/// The answer to a client's request.
public enum Answer: Hashable, Sendable {
    case done
    case submitted(JobID)
    /// One sentence that says what to do.
    case refused(String)
}

/// What the core makes of an event: what changes, then what is to be done.
public struct Decision: Hashable, Sendable {
    public var changes: [Change] = []
    public var effects: [Effect] = []

    /// Room for as many changes, and effects, is made at once.
    static let usualSize = 4

    public init() {}

    mutating func removeAll() {
        if !changes.isEmpty { changes.removeAll(keepingCapacity: true) }
        if !effects.isEmpty { effects.removeAll(keepingCapacity: true) }
    }
}

/// An event, and what the core made of it.
public struct Step: Hashable, Sendable {
    public let event: Event
    public let decision: Decision

    public init(event: Event, decision: Decision) { (self.event, self.decision) = (event, decision) }
}
