internal import CLibuv
internal import CPlatform

/// A thread for a second loop, which `body` makes, runs and leaves: loops do not travel.
public final class LoopThread: Sendable {
    private let thread: Locked<uv_thread_t?>

    private init(_ thread: uv_thread_t) {
        self.thread = Locked(thread)
    }

    /// - Parameter name: As a debugger or `top -H` shows it, of which 15 bytes are kept.
    public static func start(name: String, body: @escaping @Sendable () -> Void) throws(LoopError) -> LoopThread {
        let request = ThreadRequest {
            platform_name_thread(name)
            body()
        }
        return LoopThread(try request.start())
    }

    /// Waits until `body` has returned. Only the first call waits. A thread that is never joined keeps its stack.
    public func join() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard var thread else { return }
        uv_thread_join(&thread)
    }
}
