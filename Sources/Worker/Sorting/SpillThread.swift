internal import EventLoop
internal import FileSystems
internal import Records

/// A full buffer that is sorted and written on a thread of its own.
final class SpillThread: Sendable {
    private struct State: Sendable {
        var buffer: SortBuffer?
        var result: Result<SpillFile, any Error>?
    }

    /// What the records take until they are written.
    let byteCount: Int
    private let state: Locked<State>
    private let thread: LoopThread

    init(
        _ buffer: consuming SortBuffer, _ rules: SortRules, _ path: String, _ allowance: WriteAllowance
    ) throws(LoopError) {
        byteCount = buffer.byteCount
        let state = Locked(State(buffer: buffer))
        self.state = state
        thread = try LoopThread.start(name: "spill") {
            let result = Result { try SpillFile(Self.take(state), rules, path, allowance) }
            state.withLock { $0.result = result }
        }
    }

    /// Out of where it was, so that sorting need not copy it.
    private static func take(_ state: Locked<State>) -> SortBuffer {
        state.withLock { state in
            var buffer: SortBuffer?
            swap(&buffer, &state.buffer)
            return buffer!
        }
    }

    /// The file, when all is in it.
    func wait() throws -> SpillFile {
        thread.join()
        // The thread has ended, and it does not end without.
        return try state.withLock { $0.result! }.get()
    }
}
