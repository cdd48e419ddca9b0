internal import BitCollections

/// Which nodes have how many free containers, or how much room in the queues for them: the emptiest node is found without
/// looking at the others.
struct FreeContainers: Sendable {
    /// Nodes by the number of their free containers; place 0 stays empty. Sets that have become empty stay: in a busy
    /// cluster one is needed again and again.
    private var nodes: [BitSet] = [BitSet()]
    /// The last place that is not empty; 0 when all are.
    private var most = 0

    /// Free containers of all nodes together.
    private(set) var total = 0

    mutating func change(_ node: NodeID, from old: Int, to new: Int) {
        guard old != new else { return }
        total += new - old
        if old > 0 { nodes[old].remove(node.number) }
        if new > 0 {
            while nodes.count <= new { nodes.append(BitSet()) }
            nodes[new].insert(node.number)
            most = max(most, new)
        }
        while most > 0, nodes[most].isEmpty { most -= 1 }
    }

    /// The node with most free containers, the lowest number among equals.
    func emptiest() -> NodeID? { most > 0 ? nodes[most].first.map { NodeID($0) } : nil }

    /// The same among nodes other than these.
    func emptiest(except avoided: NodeID? = nil, outside excluded: BitSet = BitSet()) -> NodeID? {
        for place in stride(from: most, to: 0, by: -1) {
            if let number = nodes[place].first(where: { $0 != avoided?.number && !excluded.contains($0) }) {
                return NodeID(number)
            }
        }
        return nil
    }
}

/// Two are the same when the same nodes have room, whatever was before.
extension FreeContainers: Hashable {
    private var used: ArraySlice<BitSet> { nodes[...most] }

    static func == (lhs: Self, rhs: Self) -> Bool { lhs.used == rhs.used }

    func hash(into hasher: inout Hasher) { hasher.combine(used) }
}
