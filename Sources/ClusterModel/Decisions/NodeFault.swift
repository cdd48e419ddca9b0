/// A fault that a user gives to a node on purpose.
public enum NodeFault: Hashable, Sendable {
    /// Its worker and all under it stand still (SIGSTOP).
    case freeze
    case thaw
    /// Its traffic goes nowhere, and no connection closes: a network that was cut.
    case cut(CutDirection)
    case heal
}

/// Which traffic of a cut node goes nowhere, as seen from the node.
public enum CutDirection: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case both
    /// What is sent to it.
    case inbound
    /// What it sends.
    case outbound

    public var description: String {
        switch self {
        case .both: "both"
        case .inbound: "inbound"
        case .outbound: "outbound"
        }
    }

    public var stopsInbound: Bool { self != .outbound }
    public var stopsOutbound: Bool { self != .inbound }
}
