/// Which nodes could not fetch map output from which: tells whose network is at fault.
struct FetchTroubles: Hashable, Sendable {
    private struct Pair: Hashable, Sendable {
        let holder: NodeID
        let reducer: NodeID
    }

    /// Beyond it the oldest are forgotten: so many nodes are in trouble that no single one is to blame.
    private static let limit = 1000

    private var pairs: [Pair] = []

    mutating func note(from holder: NodeID, to reducer: NodeID) {
        let pair = Pair(holder: holder, reducer: reducer)
        // A node's trouble with itself says nothing of the network between nodes.
        guard holder != reducer, !pairs.contains(pair) else { return }
        if pairs.count == Self.limit { pairs.removeFirst() }
        pairs.append(pair)
    }

    /// Whatever comes under its name next is another process.
    mutating func forget(_ node: NodeID) {
        pairs.removeAll { $0.holder == node || $0.reducer == node }
    }

    /// The nodes from which this one could not fetch, in the order of their first trouble.
    func holders(failing reducer: NodeID) -> [NodeID] { pairs.filter { $0.reducer == reducer }.map(\.holder) }

    /// The nodes that could not fetch from this one.
    func reducers(failedBy holder: NodeID) -> [NodeID] { pairs.filter { $0.holder == holder }.map(\.reducer) }
}

/// Reports of failed fetches of one map's output.
struct FetchReports: Hashable, Sendable {
    private(set) var count = 0
    /// Some reducer has tried again, and failed again.
    private(set) var isPersistent = false
    /// The first of those that reported.
    private var reporters: [AttemptID] = []

    private static let reporterLimit = 100

    mutating func add(_ reduce: AttemptID) {
        count += 1
        if reporters.contains(reduce) {
            isPersistent = true
        } else if reporters.count < Self.reporterLimit {
            reporters.append(reduce)
        }
    }
}
