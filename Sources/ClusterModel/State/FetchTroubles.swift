/// Which nodes could not fetch map output from which: tells whose network is at fault.
package struct FetchTroubles: Hashable, Sendable {
    private struct Pair: Hashable, Sendable {
        let holder: NodeID
        let reducer: NodeID
    }

    /// Beyond it the oldest are forgotten: so many nodes are in trouble that no single one is to blame.
    private static let limit = 1000

    private var pairs: [Pair] = []

    package init() {}

    /// Holder and reducer of each pair, one after the other.
    package var numbers: [Int] { pairs.flatMap { [$0.holder.number, $0.reducer.number] } }

    /// The inverse of ``numbers``; nil when one is left over.
    package init?(_ numbers: [Int]) {
        guard numbers.count.isMultiple(of: 2) else { return nil }
        pairs = stride(from: 0, to: numbers.count, by: 2).map { place in
            Pair(holder: NodeID(numbers[place]), reducer: NodeID(numbers[place + 1]))
        }
    }

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
package struct FetchReports: Hashable, Sendable {
    package var count = 0
    /// Some reducer has tried again, and failed again.
    package var isPersistent = false
    /// The first of those that reported.
    package var reporters: [AttemptID] = []

    package init() {}

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
