internal import CLibuv
internal import CPlatform

/// Learns of the end of child processes, for all of a loop's children. It keeps the loop running while there are any.
///
/// Left to others, it asks for the children it knows only, so other parts of the process may have children of their own.
public final class ChildReaper: Handle {
    /// What becomes of strays: orphans that process 1 of a namespace, or a subreaper, is given. Unless they are left to
    /// others, no other part of the process may have children.
    public enum Strays: Hashable, Sendable {
        case leftToOthers
        /// Their ends are taken note of. This process is process 1 or becomes a subreaper.
        case reaped
        /// The same, and whenever a child ends, what it has left behind is killed with all that descends from it. Children
        /// that this process has before the reaper, from what it was before `exec`, are spared.
        case killed
    }

    private let raw: UnsafeMutablePointer<uv_signal_t>
    private let strays: Strays
    /// Told how many strays have been reaped at once, after the children's ends have been told.
    public var onStrays: ((Int) -> Void)?
    /// In the order of their start, and so in every process the same.
    private var children: [ChildProcess] = []
    /// Children that are none of ours.
    private var inherited: [CInt] = []

    public init(on loop: Loop, strays: Strays = .leftToOthers) throws(LoopError) {
        if strays != .leftToOthers { try checked(platform_become_subreaper()) }
        raw = try allocate { uv_signal_init(loop.raw, $0) }
        self.strays = strays
        if strays == .killed { inherited = Self.ownChildren() }
        super.init(clibuv_handle_from_signal(raw), on: loop)
        let take: uv_signal_cb = { raw, _ in
            let owner: ChildReaper = Handle.owner(raw!.pointee.data)
            owner.reap()
        }
        let code = uv_signal_start(raw, take, Signal.child.rawValue)
        if code < 0 { close() }
        try checked(code)
        keepsLoopRunning = false
    }

    /// Forgets its children: they go on, and their ends are not reported.
    public override func close() {
        children = []
        onStrays = nil
        super.close()
    }

    /// The number of children that run.
    public var count: Int { children.count }

    func add(_ child: ChildProcess) {
        children.append(child)
        keepsLoopRunning = true
    }

    /// One SIGCHLD may stand for many ends.
    private func reap() {
        var strayCount = 0
        let ended = (strays == .leftToOthers ? [] : takeAny(&strayCount)) + takeKnown()
        // Before anybody is told: whoever hears of the last end may end this process. A stray that is killed is an end,
        // too, after which its own are looked for.
        if strays == .killed { killStrays() }
        for (child, status) in ended {
            child.didExit(status)
        }
        if strayCount > 0 { onStrays?(strayCount) }
        if !isClosing { keepsLoopRunning = !children.isEmpty }
    }

    private typealias Ended = [(child: ChildProcess, status: ExitStatus)]

    private func takeAny(_ strayCount: inout Int) -> Ended {
        var ended: Ended = []
        while case .ended(let pid, let status) = ChildReaper.take(-1) {
            inherited.removeAll { $0 == pid }
            guard let index = children.firstIndex(where: { $0.pid == pid }) else {
                strayCount += 1
                continue
            }
            ended.append((children.remove(at: index), status))
        }
        return ended
    }

    private func killStrays() {
        let spared = children.map(\.pid) + inherited
        platform_kill_strays(spared, spared.count)
    }

    /// 256 at most: who has more has not come from a shell.
    private static func ownChildren() -> [CInt] {
        [CInt](unsafeUninitializedCapacity: 256) { $1 = platform_children($0.baseAddress, 256) }
    }

    private func takeKnown() -> Ended {
        var ended: Ended = []
        children.removeAll { child in
            switch ChildReaper.take(child.pid) {
            case .ended(_, let status): ended.append((child, status))
            // Somebody else took its status: how it ended will never be known, so not well.
            case .noChild: ended.append((child, .signaled(Int(Signal.kill.rawValue))))
            case .nothing: return false
            }
            return true
        }
        return ended
    }

    private enum Taken {
        case ended(pid: CInt, ExitStatus)
        case noChild
        case nothing
    }

    private static func take(_ pid: CInt) -> Taken {
        var exit = platform_exit()
        let code = platform_reap(pid, false, &exit)
        if code == PLATFORM_NO_CHILD.rawValue { return .noChild }
        guard code > 0 else { return .nothing }
        let value = Int(exit.value)
        return .ended(pid: code, exit.signaled ? .signaled(value) : .exited(value))
    }
}

extension ChildReaper {
    /// Takes the status of every child that has ended, known to a reaper or not: for process 1 of a namespace, or a
    /// subreaper, that has no child under way. With children under way, let a reaper take strays instead.
    public static func reapStrays() {
        while case .ended = take(-1) {}
    }

    /// Kills all that descend from this process, a subreaper, and waits until they are gone; for a second at most, as one
    /// that changed its user may not be ours to kill. A reaper reports those it knew as killed.
    public static func killAllBelow() { platform_kill_all_below() }

    /// Kills all other processes in the PID namespace whose process 1 this is, and waits until they are gone. A
    /// reaper reports those it knew as killed.
    ///
    /// - Returns: How many there were, with those that had ended and not been reaped.
    @discardableResult
    public static func killEverythingElse() -> Int {
        precondition(Processes.ownID == 1, "process \(Processes.ownID) would kill processes that are not its own")
        return platform_kill_everything_else()
    }
}
