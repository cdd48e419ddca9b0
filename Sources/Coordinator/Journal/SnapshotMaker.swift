internal import ClusterModel
internal import EventLoop
internal import Logging
internal import Wire

/// Makes snapshots aside, from the last one and the closed segments behind it, on a thread that lives as long as there is
/// something to make, and removes what is no longer to be kept. Neither the loop nor the journal waits for it, and it touches
/// nothing of theirs.
final class SnapshotMaker: Sendable {
    private struct State: Sendable {
        /// The number of the first change of the segment that is not closed yet, when a snapshot is to be made.
        var open: Int?
        var isBusy = false
        var isEnding = false
        var thread: LoopThread?
    }

    private let folder: JournalFolder
    private let retention: Retention
    private let clock: @Sendable () -> Instant
    private let log = Logger(label: "journal")
    private let state = Locked(State())

    /// - Parameter clock: The cluster's, by which changes are made.
    init(
        _ folder: JournalFolder, retention: Retention = .all,
        clock: @escaping @Sendable () -> Instant = { .start }
    ) {
        (self.folder, self.retention, self.clock) = (folder, retention, clock)
    }

    /// Whether there may be something to remove though there is nothing to make.
    var mayRemove: Bool { retention != .all }

    /// Begins a snapshot of all changes before this one, with which the open segment begins. While one is being made, the
    /// next waits, and of those that wait only the last is made. Only one thread may call it.
    func make(before open: Int) {
        let (mustStart, last) = state.withLock { state in
            state.open = open
            defer { state.isBusy = true }
            return (!state.isBusy, state.thread)
        }
        guard mustStart else { return }
        // It has nothing more to do: this frees its stack.
        last?.join()
        do {
            let thread = try LoopThread.start(name: "snapshot") { [self] in work() }
            state.withLock { $0.thread = thread }
        } catch {
            log.warning("no snapshot is made: \(error)")
            state.withLock { $0.isBusy = false }
        }
    }

    /// Gives up what is not begun, and waits for the rest.
    func close() {
        let thread = state.withLock { state in
            state.isEnding = true
            return state.thread
        }
        thread?.join()
    }

    private var isEnding: Bool { state.withLock(\.isEnding) }

    private func work() {
        while let open = next() {
            do {
                try make(upTo: open)
            } catch {
                // Nothing is lost by it: the segments are there. The next one has more to read.
                log.warning("a snapshot could not be made: \(error)")
            }
            Processes.releaseUnusedMemory()
        }
    }

    private func next() -> Int? {
        state.withLock { state in
            defer { state.open = nil }
            state.isBusy = state.open != nil && !state.isEnding
            return state.isBusy ? state.open : nil
        }
    }

    /// Makes it, and removes what may go, here and now.
    func make(upTo open: Int) throws {
        guard try keepSnapshot(before: open) else { return }
        try folder.clear()
        try retain(before: open)
    }

    /// In a function of its own, so that no two states need memory at once.
    ///
    /// - Returns: False when the process ends meanwhile.
    private func keepSnapshot(before open: Int) throws -> Bool {
        guard let snapshot = try snapshot(before: open) else { return false }
        if snapshot.isNew { try folder.keep(snapshot.state) }
        return true
    }

    /// The state before a change that begins a segment, made of the last snapshot before it that is whole; nil when the
    /// process ends meanwhile.
    private func snapshot(before open: Int) throws -> (state: Snapshot, isNew: Bool)? {
        var (snapshot, warnings) = try folder.latestSnapshot(upTo: open - 1)
        for warning in warnings { log.warning("\(warning)") }
        guard snapshot.sequence < open - 1 else { return (snapshot, false) }
        var reader = JournalReader(folder, after: snapshot.sequence, before: open)
        reader.isCancelled = { [self] in isEnding }
        try reader.read { snapshot.evolve($0, at: $1) }
        return snapshot.sequence == open - 1 && !isEnding ? (snapshot, true) : nil
    }

    // MARK: - Retention

    /// Whatever a process before this one has left half done comes to the same.
    private func retain(before open: Int) throws {
        let closed = try folder.closedSegments(before: open)
        if let cut = retention.cut(closed, unneeded: try folder.lastUnneeded(), now: clock()) {
            guard let base = try snapshot(before: cut + 1) else { return }
            try folder.keepBase(base.state)
        }
        let removed = try folder.removeBeforeBase()
        guard removed > 0, let base = try folder.base else { return }
        log.notice(
            "the history begins with change \(base.sequence + 1) now: \(removed) segments before it are removed")
    }
}
