internal import CLibuv
internal import CPlatform

/// This process and others, by PID. In a PID namespace of one's own, /proc still shows the outer one's numbers: there,
/// ask for nothing but ``ownID``.
public enum Processes {
    /// 1 in a PID namespace of one's own.
    public static var ownID: CInt { platform_own_pid() }

    /// When a process started, in clock ticks since boot, or `nil` if it is gone. PIDs are used again; a PID
    /// with its start time is not. One that has ended is gone, though nobody may ever reap it.
    public static func startTime(of pid: CInt) -> UInt64? {
        let time = platform_process_start_time(pid, false)
        return time == 0 ? nil : time
    }

    /// Sends a signal to the process that had `pid` at `startedAt`, and to no later one.
    ///
    /// - Returns: False if it is gone, or not ours to signal.
    @discardableResult
    public static func send(_ signal: Signal, to pid: CInt, startedAt: UInt64) -> Bool {
        guard pid > 0, startTime(of: pid) == startedAt else { return false }
        return platform_kill(pid, signal.rawValue) == 0
    }

    /// Kills a process and all that descend from it, stopping them first so that none forks on. What a dead process
    /// left behind belongs to another parent and is not found: see ``ChildReaper/Strays/killed``.
    public static func killTree(_ pid: CInt) {
        precondition(pid > 1, "kill tree of process \(pid)")
        platform_kill_tree(pid)
    }

    /// Whether and how children can have a PID namespace (``SpawnRequest/Isolation/processNamespace``).
    public enum Namespaces: Hashable, Sendable {
        case available
        /// In a user namespace of their own: so an ordinary user gets them.
        case throughUserNamespace
        case refused(LoopError)
    }

    /// Tried once.
    public static let namespaces: Namespaces = {
        var isThroughUser = false
        let code = platform_try_namespace(&isThroughUser)
        if code < 0 { return .refused(LoopError(code: code)) }
        return isThroughUser ? .throughUserNamespace : .available
    }()

    /// How many processes descend from this one, which is process 1 of its namespace or a subreaper; above the bound, some
    /// number above it. A process or two may be missed that is just being orphaned. Some 10 µs for each of them.
    public static func descendantCount(upTo bound: Int) -> Int { platform_count_descendants(max(0, bound)) }

    public static var namespacesAvailable: Bool {
        if case .refused = namespaces { false } else { true }
    }

    /// The program this process runs, for starting it once more: the same one, even if its file has been replaced.
    public static var executablePath: String {
        let path = text(capacity: 4096) { uv_exepath($0, $1) }
        return path.hasSuffix(" (deleted)") ? "/proc/self/exe" : path
    }

    /// Threads of this process that may run at once.
    public static var parallelism: Int { max(1, Int(uv_available_parallelism())) }

    public static var hostName: String {
        text(capacity: Int(UV_MAXHOSTNAMESIZE)) { uv_os_gethostname($0, $1) }
    }

    private static func text(
        capacity: Int, _ fill: (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?) -> CInt
    ) -> String {
        var buffer = [CChar](repeating: 0, count: capacity)
        var count = capacity
        let code = fill(&buffer, &count)
        precondition(code == 0, "no text of \(capacity) bytes: \(LoopError(code: code))")
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
