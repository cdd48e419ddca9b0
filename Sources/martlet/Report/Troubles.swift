internal import ClusterModel

/// What went wrong while a job ran, in the order of time. What a lost node took along is counted with its loss.
struct Troubles {
    enum Kind: String, CaseIterable {
        case nodeLost = "node lost"
        case attemptLost = "attempt lost"
        case attemptFailed = "attempt failed"
        case attemptKilled = "attempt killed"
        case backup = "backup task"
        case output = "map output lost"
        case fetch = "fetch failed"
        case connection = "connection"
        case node = "node"
        case coordinator = "coordinator"
    }

    struct Trouble: Equatable {
        let at: Instant
        let kind: Kind
        let text: String
        var attemptsLost = 0
        var outputsLost = 0
    }

    /// How many are told; what comes later is counted only.
    static let limit = 500

    private(set) var told: [Trouble] = []
    /// Of every kind, also those that are not told.
    private(set) var counts: [Kind: Int] = [:]
    /// The losses of nodes that are still gone, by their places among those told.
    private var losses: [NodeID: Int] = [:]

    var leftOut: Int { counts.values.reduce(0, +) - told.count - takenAlong }
    /// Attempts and outputs that are counted with their nodes.
    private var takenAlong = 0

    /// Whether the change is told of, or names a node; others need no words.
    static func concerns(_ change: Change) -> Bool {
        switch change {
        case .jobSubmitted, .jobCommitting, .jobAborting, .jobEnded, .attemptLaunched, .attemptSucceeded,
            .shuffleFinished, .attemptKillRequested:
            false
        default: true
        }
    }

    /// - Parameters:
    ///   - text: What the change is in words.
    ///   - node: Where what is lost was.
    mutating func note(_ change: Change, _ text: String, on node: NodeID?, at now: Instant) {
        switch change {
        case .nodeLost(let lost, _): loss(of: lost, text, at: now)
        case .attemptLost: takeAlong(node, \.attemptsLost, .attemptLost, text, at: now)
        case .mapOutputLost: takeAlong(node, \.outputsLost, .output, text, at: now)
        case .mapOutputRejected: add(.output, text, at: now)
        case .attemptFailed: add(.attemptFailed, text, at: now)
        case .attemptKilled: add(.attemptKilled, text, at: now)
        case .backupLaunched: add(.backup, text, at: now)
        case .fetchFailed: add(.fetch, text, at: now)
        case .nodeDisconnected, .nodeResumed: add(.connection, text, at: now)
        case .nodeRegistered(let incarnation, _):
            losses[incarnation.node] = nil
            add(.node, text, at: now)
        case .nodeExcluded, .nodeIncluded, .nodeDraining, .nodeStopped: add(.node, text, at: now)
        case .coordinatorStarted: add(.coordinator, text, at: now)
        case .nodeRequested, .jobSubmitted, .jobCommitting, .jobAborting, .jobEnded, .attemptLaunched,
            .attemptSucceeded, .shuffleFinished, .attemptKillRequested:
            break
        }
    }

    private mutating func add(_ kind: Kind, _ text: String, at now: Instant) {
        counts[kind, default: 0] += 1
        if told.count < Self.limit { told.append(Trouble(at: now, kind: kind, text: text)) }
    }

    private mutating func loss(of node: NodeID, _ text: String, at now: Instant) {
        losses[node] = told.count < Self.limit ? told.count : nil
        add(.nodeLost, text, at: now)
    }

    private mutating func takeAlong(
        _ node: NodeID?, _ count: WritableKeyPath<Trouble, Int>, _ kind: Kind, _ text: String, at now: Instant
    ) {
        guard let node, let place = losses[node] else { return add(kind, text, at: now) }
        counts[kind, default: 0] += 1
        takenAlong += 1
        told[place][keyPath: count] += 1
    }
}
