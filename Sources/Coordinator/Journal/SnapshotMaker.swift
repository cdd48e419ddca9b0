internal import ClusterModel
internal import EventLoop
internal import Logging
internal import Wire

/// Makes snapshots aside, from the last one and the closed segments behind it, on a thread that lives as long as there is
/// something to make. Neither the loop nor the journal waits for it, and it touches nothing of theirs.
final class SnapshotMaker: Sendable {
    private struct State: Sendable {
        /// The number of the first change of the segment that is not closed yet, when a snapshot is to be made.
        var open: Int?
        var isBusy = false
        var isEnding = false
        var thread: LoopThread?
    }

    private let folder: JournalFolder
    private let log = Logger(label: "journal")
    private let state = Locked(State())

    init(_ folder: JournalFolder) { self.folder = folder }

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

    /// Makes it here and now.
    func make(upTo open: Int) throws {
        var (snapshot, warnings) = try folder.latestSnapshot()
        for warning in warnings { log.warning("\(warning)") }
        guard snapshot.sequence < open - 1 else { return }
        var reader = JournalReader(folder, after: snapshot.sequence, before: open)
        reader.isCancelled = { [self] in isEnding }
        try reader.read { snapshot.evolve($0, at: $1) }
        guard snapshot.sequence == open - 1, !isEnding else { return }
        try folder.keep(snapshot)
        try folder.clear()
    }
}
