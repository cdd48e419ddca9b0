/// Which connection speaks for which node.
///
/// Soft state: after a restart nodes connect anew. One node has one connection at most; of a node that is back before the
/// end of its last one was noticed, the new one counts.
public struct NodeConnections: Sendable {
    private var incarnations: [ConnectionID: Incarnation] = [:]
    private var connections: [NodeID: ConnectionID] = [:]

    public init() {}

    /// Nil while the node has none.
    public subscript(node: NodeID) -> ConnectionID? { connections[node] }

    /// As what the one at its other end was admitted; nil for whoever was not, or is no longer believed.
    public subscript(connection: ConnectionID) -> Incarnation? { incarnations[connection] }

    /// In the order of the nodes.
    public var all: [ConnectionID] { connections.sorted { $0.key < $1.key }.map(\.value) }

    /// - Returns: The connection that the node has left with it, if it had one: it is to be let go.
    public mutating func admit(_ incarnation: Incarnation, over connection: ConnectionID) -> ConnectionID? {
        let last = connections[incarnation.node]
        connections[incarnation.node] = connection
        if let last, last != connection { incarnations[last] = nil }
        incarnations[connection] = incarnation
        return last == connection ? nil : last
    }

    /// The incarnation is no longer believed.
    ///
    /// - Returns: Its connection, which is to be let go; nil when it has none.
    public mutating func disconnect(_ incarnation: Incarnation) -> ConnectionID? {
        guard let connection = connections[incarnation.node], incarnations[connection] == incarnation else {
            return nil
        }
        connections[incarnation.node] = nil
        incarnations[connection] = nil
        return connection
    }

    /// The connection has ended.
    ///
    /// - Returns: Who spoke over it, if it was believed.
    public mutating func end(_ connection: ConnectionID) -> Incarnation? {
        guard let incarnation = incarnations.removeValue(forKey: connection) else { return nil }
        if connections[incarnation.node] == connection { connections[incarnation.node] = nil }
        return incarnation
    }
}
