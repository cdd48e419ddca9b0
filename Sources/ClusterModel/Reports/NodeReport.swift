/// A node as clients see it; the property names are the field names of `--json`.
public struct NodeReport: Hashable, Sendable, Encodable {
    public var name = ""
    /// master, core or task.
    public var role = ""
    public var instanceType = ""
    /// starting, running, suspect, draining, unhealthy, excluded, lost or stopped.
    public var state = ""
    /// Why it is lost or excluded; empty otherwise.
    public var reason = ""
    public var pid = 0
    /// In clock ticks since boot, as in /proc/PID/stat.
    public var startTime = 0
    public var host = ""
    public var rack = ""
    /// HOST:PORT where it serves map output.
    public var address = ""
    /// How often it has registered.
    public var incarnation = 0
    public var containersRunning = 0
    public var containersAllowed = 0

    public init() {}
}

extension ControlPlane {
    public func name(of node: NodeID) -> String { cluster.registration(of: node).name }

    /// The nodes by their number, from 0; the master is not among them.
    public func nodes() -> [NodeReport] {
        cluster.state.nodes.indices.map { number in
            let node = cluster.state.nodes[number]
            var report = NodeReport(node.registration)
            let isSuspect = !node.isConnected || failures.isSuspect(cluster.incarnation(of: NodeID(number)))
            report.state = "\(node.isLive && isSuspect ? NodeState.suspect : node.state)"
            report.reason = node.reason
            report.incarnation = node.incarnation
            report.containersRunning = node.running.count
            if !node.isLive { (report.pid, report.startTime) = (0, 0) }
            return report
        }
    }
}

extension NodeReport {
    /// What a registration tells; the state is still to be filled in.
    public init(_ registration: NodeRegistration) {
        self.init()
        name = registration.name
        role = "\(registration.role)"
        instanceType = registration.instanceType
        pid = registration.pid
        startTime = registration.startTime
        host = registration.host
        rack = registration.rack
        address = registration.address
        containersAllowed = registration.containers
    }
}
