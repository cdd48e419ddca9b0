/// What a node is for, as in Elastic MapReduce.
public enum NodeRole: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case master
    /// Runs tasks and holds blocks.
    case core
    /// Runs tasks only.
    case task

    public var description: String {
        switch self {
        case .master: "master"
        case .core: "core"
        case .task: "task"
        }
    }
}

/// What a worker says of itself when it registers.
public struct NodeRegistration: Hashable, Sendable {
    public var name = ""
    public var role = NodeRole.task
    public var instanceType = ""
    public var rack = ""
    public var host = ""
    public var pid = 0
    /// Of the process, in clock ticks since boot: with the pid it names one process, whatever ids are used again.
    public var startTime = 0
    /// HOST:PORT where other nodes fetch its map output.
    public var address = ""
    /// How many attempts it can run at once.
    public var containers = 0

    public init() {}

    static let containerLimit = 1024
    static let nameLimit = 100
    static let textLimit = 1000
}

/// Where a node stands. `suspect` is the failure detector's word, not hard state, and is only ever reported.
public enum NodeState: UInt8, Hashable, Sendable, CustomStringConvertible {
    /// Asked for, not yet registered.
    case starting
    case running
    case suspect
    /// Takes no more attempts, and stops when nothing on it is needed.
    case draining
    case unhealthy
    /// Takes no more attempts: too many jobs have failed on it that succeeded elsewhere.
    case excluded
    case lost
    case stopped

    public var description: String {
        switch self {
        case .starting: "starting"
        case .running: "running"
        case .suspect: "suspect"
        case .draining: "draining"
        case .unhealthy: "unhealthy"
        case .excluded: "excluded"
        case .lost: "lost"
        case .stopped: "stopped"
        }
    }
}

extension NodeState {
    /// Has a process that is registered.
    var isLive: Bool { self == .running || self == .draining || self == .excluded }
}

/// A node as the hard state knows it.
package struct Node: Hashable, Sendable {
    package var registration: NodeRegistration
    package var state = NodeState.starting
    /// 0 before the first registration.
    package var incarnation = 0
    /// Whether it can be told anything; if not, it has until the heartbeat timeout to come back.
    package var isConnected = false
    /// Attempts under way here, in the order of their launch: those beyond its containers wait in queues there.
    package var running: [AttemptID] = []
    /// Why it was lost or excluded.
    package var reason = ""
    /// Jobs that excluded it and then succeeded elsewhere.
    package var faults = 0

    /// Reduce attempts among those that are under way; follows from these.
    private(set) var reduceCount = 0

    package init(registration: NodeRegistration) { self.registration = registration }

    mutating func begin(_ attempt: AttemptID) {
        running.append(attempt)
        if attempt.task.kind == .reduce { reduceCount += 1 }
    }

    mutating func end(at place: Int) {
        if running.remove(at: place).task.kind == .reduce { reduceCount -= 1 }
    }

    mutating func countReduces() { reduceCount = running.count { $0.task.kind == .reduce } }

    /// Attempts that may wait for each container, at most: it need not stand idle while the coordinator hears that it is done.
    package static let queueDepth = 16

    var freeContainers: Int { isUsable ? max(0, registration.containers - running.count) : 0 }

    /// Attempts that may yet wait for each container, were they all short. Behind a reducer, which may wait long for maps, none.
    var queueRoom: Int { isUsable && reduceCount == 0 ? max(0, Self.queueDepth - queueLength) : 0 }

    /// Attempts that wait for each container, the last round not counted that is not whole.
    var queueLength: Int { max(0, running.count - registration.containers) / max(1, registration.containers) }

    /// Attempts under way here are never more.
    var placeCount: Int { registration.containers * (1 + Self.queueDepth) }

    private var isUsable: Bool { state == .running && isConnected }

    /// Has a process that is registered.
    var isLive: Bool { state.isLive }
}
