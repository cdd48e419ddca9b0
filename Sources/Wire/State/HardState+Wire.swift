package import ClusterModel
internal import DequeModule

// The hard state as a snapshot keeps it: what follows from the rest is made again when it is read.

extension ClusterState: WireMessage {
    /// Raised when a reader that skips fields it does not know would misunderstand.
    static let encodingVersion: UInt8 = 1

    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var version = Self.encodingVersion
        try coder.field(1, &version)
        guard (1...Self.encodingVersion).contains(version) else { throw .unknownCase(version) }
        try coder.field(2, &cluster)
        try coder.field(3, &epoch)
        try coder.field(4, &sequence)
        try coder.field(5, &nodes)
        try coder.field(6, &jobs)
        var ended = Array(ended)
        try coder.field(7, &ended)
        self.ended = Deque(ended)
    }
}

extension Node: WireMessage {
    package init() { self.init(registration: NodeRegistration()) }

    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &registration)
        try coder.field(2, &state)
        try coder.field(3, &incarnation)
        try coder.field(4, &isConnected)
        try coder.field(5, &running)
        try coder.field(6, &reason)
        try coder.field(7, &faults)
    }
}
