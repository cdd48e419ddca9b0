internal import CLibuv

/// One libuv event loop, confined to the thread that runs it.
///
/// Neither a loop nor a handle on it is `Sendable`, so the compiler keeps them on one thread. The way in from
/// another thread is an ``Inbox``.
public final class Loop {
    let raw: UnsafeMutablePointer<uv_loop_t>

    /// One buffer serves every read: libuv is done with it before it asks for the next.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

    /// Handles whose close callback has not run yet.
    public internal(set) var openHandles = 0

    /// Done once in a process, by its first loop.
    private static let brokenPipesIgnored: Void = clibuv_ignore_broken_pipes()

    /// Also makes the process ignore SIGPIPE.
    public init() throws(LoopError) {
        Self.brokenPipesIgnored
        raw = try allocate { uv_loop_init($0) }
    }

    deinit {
        // Every open handle retains its loop, so only a bug in this module can make the loop busy here.
        let code = uv_loop_close(raw)
        precondition(code == 0, "loop freed with \(openHandles) open handles")
        raw.deallocate()
        readBuffer.deallocate()
    }

    /// Runs callbacks until no handle that keeps the loop running is open, or ``stop()`` is called.
    /// Must not be called from a callback.
    public func run() {
        uv_run(raw, UV_RUN_DEFAULT)
    }

    /// Lets ``run()`` return at the end of this turn, with all handles as they are; it may be called again.
    public func stop() {
        uv_stop(raw)
    }

    /// The loop's clock, in milliseconds from an unspecified start; it stands still within one callback.
    public var now: UInt64 {
        uv_now(raw)
    }

    /// Brings ``now`` up to date, after what took long in a callback.
    public func updateNow() { uv_update_time(raw) }
}
