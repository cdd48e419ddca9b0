internal import BitCollections

/// Which nodes have how many free containers: the emptiest node is found without looking at the others.
struct FreeContainers: Hashable, Sendable {
    /// Nodes by the number of their free containers; place 0 stays empty.
    private var nodes: [BitSet] = []

    /// Free containers of all nodes together.
    private(set) var total = 0

    mutating func change(_ node: NodeID, from old: Int, to new: Int) {
        guard old != new else { return }
        total += new - old
        if old > 0 { nodes[old].remove(node.number) }
        if new > 0 {
            while nodes.count <= new { nodes.append(BitSet()) }
            nodes[new].insert(node.number)
        }
        while let last = nodes.last, last.isEmpty { nodes.removeLast() }
    }

    /// The node with most free containers, the lowest number among equals.
    func emptiest(except avoided: NodeID? = nil, outside excluded: BitSet = BitSet()) -> NodeID? {
        for nodes in nodes.reversed() {
            if let number = nodes.first(where: { $0 != avoided?.number && !excluded.contains($0) }) {
                return NodeID(number)
            }
        }
        return nil
    }
}
