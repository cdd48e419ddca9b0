internal import CLibuv

// A request is one operation. libuv uses its memory, and any buffer it points at, until its callback, which runs
// exactly once, even when the handle is closed first (with `UV_ECANCELED`). So a request owns both and retains
// itself from `start` to callback.

extension uv_buf_t {
    /// libuv's view of memory that someone else owns.
    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.init(base: memory.baseAddress?.assumingMemoryBound(to: CChar.self), len: memory.count)
    }
}

/// Bytes on their way out.
final class WriteRequest {
    private let raw = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
    private let bytes: [UInt8]
    private let onDone: ((LoopError?) -> Void)?

    init(_ bytes: [UInt8], onDone: ((LoopError?) -> Void)?) {
        self.bytes = bytes
        self.onDone = onDone
    }

    deinit {
        raw.deallocate()
    }

    func start(_ stream: UnsafeMutablePointer<uv_stream_t>) throws(LoopError) {
        // The pointer outlives the closure because `bytes` does: it is never changed, this object holds it until the
        // callback, and an array's elements do not move while somebody holds it.
        var buffer = bytes.withUnsafeBytes { uv_buf_t(UnsafeMutableRawBufferPointer(mutating: $0)) }
        let kept = Unmanaged.passRetained(self)
        raw.pointee.data = kept.toOpaque()
        let code = uv_write(raw, stream, &buffer, 1) { raw, status in
            let request = Unmanaged<WriteRequest>.fromOpaque(raw!.pointee.data).takeRetainedValue()
            request.onDone?(failure(status))
        }
        if code < 0 { kept.release() }
        try checked(code)
    }
}

/// A connection being made.
final class ConnectRequest {
    private let raw = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
    private let onDone: (LoopError?) -> Void

    init(onDone: @escaping (LoopError?) -> Void) {
        self.onDone = onDone
    }

    deinit {
        raw.deallocate()
    }

    func start(_ tcp: UnsafeMutablePointer<uv_tcp_t>, to address: SocketAddress) throws(LoopError) {
        var storage = try address.storage()
        let kept = Unmanaged.passRetained(self)
        raw.pointee.data = kept.toOpaque()
        let code = clibuv_tcp_connect(raw, tcp, &storage) { raw, status in
            let request = Unmanaged<ConnectRequest>.fromOpaque(raw!.pointee.data).takeRetainedValue()
            request.onDone(failure(status))
        }
        if code < 0 { kept.release() }
        try checked(code)
    }
}

/// The end of what is written, once all of it is out.
final class ShutdownRequest {
    private let raw = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
    private let onDone: (LoopError?) -> Void

    init(onDone: @escaping (LoopError?) -> Void) {
        self.onDone = onDone
    }

    deinit {
        raw.deallocate()
    }

    func start(_ stream: UnsafeMutablePointer<uv_stream_t>) throws(LoopError) {
        let kept = Unmanaged.passRetained(self)
        raw.pointee.data = kept.toOpaque()
        let code = uv_shutdown(raw, stream) { raw, status in
            let request = Unmanaged<ShutdownRequest>.fromOpaque(raw!.pointee.data).takeRetainedValue()
            request.onDone(failure(status))
        }
        if code < 0 { kept.release() }
        try checked(code)
    }
}

/// What a new thread is to run.
final class ThreadRequest: Sendable {
    private let body: @Sendable () -> Void

    init(body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    func start() throws(LoopError) -> uv_thread_t {
        var thread = uv_thread_t()
        let kept = Unmanaged.passRetained(self)
        let run: uv_thread_cb = { argument in
            Unmanaged<ThreadRequest>.fromOpaque(argument!).takeRetainedValue().body()
        }
        let code = uv_thread_create(&thread, run, kept.toOpaque())
        if code < 0 { kept.release() }
        try checked(code)
        return thread
    }
}
