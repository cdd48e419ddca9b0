internal import ClusterModel

/// What a cluster that has ended by itself, whatever killed it, has left in its folder.
struct Remains: Equatable {
    enum Journal: Equatable {
        case none
        /// Why, and where.
        case unreadable(String)
        case readable
    }

    /// A node that was there at the end.
    struct Node: Equatable {
        var name: String
        var role: NodeRole
        /// Of the process that it is, or was.
        var pid = 0
        var startTime = 0
        /// Asked for, and not there yet.
        var isStarting = false
        /// Took work.
        var isRunning = true
        /// The coordinator knows of its end already, as whoever went on from it last was interrupted before it was back.
        var isLost = false
    }

    var journal = Journal.none
    /// Jobs that had not ended, and how many had.
    var unfinished: [JobID] = []
    var endedCount = 0
    var nodes: [Node] = []

    // MARK: - What to do with it

    enum Decision: Equatable {
        /// Begins with an empty folder; what is said of what is lost with it, if anything is.
        case startAnew(notice: String?)
        case goOn
        case refuse(String)
    }

    /// Nothing that somebody may still want goes without a word, and no unfinished job unasked.
    func decision(resume: Bool, cluster name: String) -> Decision {
        let option = name == "default" ? "" : " --cluster \(name)"
        switch journal {
        case .none: return .startAnew(notice: nil)
        case .unreadable(let reason):
            return .refuse(
                "the cluster '\(name)' has ended by itself, and its journal cannot be gone on from: \(reason); "
                    + "'martlet down\(option)' removes it, and with --keep DIR puts it aside")
        case .readable where resume: return .goOn
        case .readable where !unfinished.isEmpty:
            let jobs = unfinished.count == 1 ? "an unfinished job" : "\(unfinished.count) unfinished jobs"
            return .refuse(
                "the cluster '\(name)' has ended by itself with \(jobs), \(Self.list(unfinished)): 'martlet up\(option) "
                    + "--resume' goes on with what is there, 'martlet down\(option)' gives it up")
        case .readable where endedCount > 0:
            let jobs = endedCount == 1 ? "a job" : "\(endedCount) jobs"
            return .startAnew(
                notice:
                    "the earlier cluster '\(name)' had ended by itself: its history, of \(jobs) that had ended too, is "
                    + "dropped; --resume goes on from it")
        case .readable: return .startAnew(notice: nil)
        }
    }

    /// The first few.
    static func list(_ jobs: [JobID]) -> String {
        let names = jobs.prefix(5).map { "\($0)" }.joined(separator: ", ")
        return jobs.count > 5 ? names + ", …" : names
    }

    // MARK: - Nodes

    /// Those whose end nobody has told the coordinator of.
    ///
    /// - Parameter isAlive: Whether the node's process runs on; then it will be back by itself.
    func dead(_ isAlive: (Node) -> Bool) -> [Node] { nodes.filter { !$0.isStarting && !$0.isLost && !isAlive($0) } }

    /// Why nodes that are to be back are lost meanwhile: by this reason they are known when that has been interrupted.
    static let lostUntilBack = "it ended with the cluster, which goes on without it"
    private static let lostForGood = "it ended with the cluster, which is to go on without it"

    /// What the coordinator is told of nodes whose end it does not know.
    ///
    /// - Parameter returning: Names of nodes that are started again.
    func farewells(returning: [String], _ isAlive: (Node) -> Bool) -> [(node: Node, reason: String)] {
        let returning = Set(returning)
        return dead(isAlive).map { ($0, returning.contains($0.name) ? Self.lostUntilBack : Self.lostForGood) }
    }

    /// Names of all nodes to start again, when so many of each role are wanted.
    func namesToStart(core: Int?, task: Int?, _ isAlive: (Node) -> Bool) -> [String] {
        namesToStart(.core, wanted: core, isAlive) + namesToStart(.task, wanted: task, isAlive)
    }

    /// Names of nodes to start again, so that there are as many as before, or as many as are wanted.
    ///
    /// Those that were just being started are, by the coordinator itself.
    func namesToStart(_ role: NodeRole, wanted: Int?, _ isAlive: (Node) -> Bool) -> [String] {
        nodes.filter { $0.role == role && ($0.isRunning || $0.isStarting) }.prefix(wanted ?? .max)
            .filter { !$0.isStarting && !isAlive($0) }.map(\.name)
    }
}
