public import ClusterModel

// Nodes, as they travel.

extension NodeRegistration: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &name)
        try coder.field(2, &role)
        try coder.field(3, &instanceType)
        try coder.field(4, &rack)
        try coder.field(5, &host)
        try coder.field(6, &pid)
        try coder.field(7, &startTime)
        try coder.field(8, &address)
        try coder.field(9, &containers)
    }
}

extension ControlPlane.AttemptProgress: WireMessage {
    public init() { self.init(attempt: AttemptID(), fraction: 0, hasProgressed: false) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &attempt)
        try coder.field(2, &fraction)
        try coder.field(3, &hasProgressed)
        try coder.field(4, &status)
    }
}
