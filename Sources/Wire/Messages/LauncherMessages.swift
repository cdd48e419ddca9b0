public import ClusterModel

/// From the coordinator to the launcher.
public enum LauncherOrder: Hashable, Sendable {
    case startWorker(NodeRegistration)
    /// SIGKILL for the worker and everything under it, after checking that the pid is still that process.
    case killWorker(name: String, pid: Int, startTime: Int)
    /// SIGSTOP for the worker and everything under it, or SIGCONT, after the same check.
    case freezeWorker(pid: Int, startTime: Int)
    case thawWorker(pid: Int, startTime: Int)
}

/// From the launcher to the coordinator.
public enum LauncherMessage: Hashable, Sendable {
    /// The first message.
    case join(host: String)
    /// A worker of the launcher's has ended; the pid is 0 when it could not be started.
    case workerEnded(name: String, pid: Int, reason: String)
    /// One has, and that which was asked for under its name comes next.
    case workerReplaced(name: String, pid: Int)
}

extension LauncherOrder: WireMessage {
    public init() { self = .startWorker(NodeRegistration()) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var kind: UInt8 =
            switch self {
            case .startWorker: 1
            case .killWorker: 2
            case .freezeWorker: 3
            case .thawWorker: 4
            }
        try coder.field(1, &kind)
        switch kind {
        case 1:
            var registration = NodeRegistration()
            if case .startWorker(let value) = self { registration = value }
            try coder.field(2, &registration)
            self = .startWorker(registration)
        case 2:
            var (name, pid, startTime) = ("", 0, 0)
            if case .killWorker(let v0, let v1, let v2) = self { (name, pid, startTime) = (v0, v1, v2) }
            try coder.field(2, &name)
            try coder.field(3, &pid)
            try coder.field(4, &startTime)
            self = .killWorker(name: name, pid: pid, startTime: startTime)
        case 3, 4:
            var (pid, startTime) = (0, 0)
            switch self {
            case .freezeWorker(let v0, let v1), .thawWorker(let v0, let v1): (pid, startTime) = (v0, v1)
            case .startWorker, .killWorker: break
            }
            try coder.field(2, &pid)
            try coder.field(3, &startTime)
            self =
                kind == 3 ? .freezeWorker(pid: pid, startTime: startTime) : .thawWorker(pid: pid, startTime: startTime)
        default: throw .unknownCase(kind)
        }
    }
}

extension LauncherMessage: WireMessage {
    public init() { self = .join(host: "") }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var kind: UInt8 =
            switch self {
            case .join: 1
            case .workerEnded: 2
            case .workerReplaced: 3
            }
        try coder.field(1, &kind)
        var (first, second, pid) = ("", "", 0)
        switch self {
        case .join(let host): first = host
        case .workerEnded(let v0, let v1, let v2): (first, pid, second) = (v0, v1, v2)
        case .workerReplaced(let v0, let v1): (first, pid) = (v0, v1)
        }
        try coder.field(2, &first)
        try coder.field(3, &second)
        try coder.field(4, &pid)
        switch kind {
        case 1: self = .join(host: first)
        case 2: self = .workerEnded(name: first, pid: pid, reason: second)
        case 3: self = .workerReplaced(name: first, pid: pid)
        default: throw .unknownCase(kind)
        }
    }
}
