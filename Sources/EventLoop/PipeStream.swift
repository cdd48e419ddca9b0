internal import CLibuv

/// One end of a pipe or of a local socket.
public final class PipeStream: ByteStream {
    private let pipe: UnsafeMutablePointer<uv_pipe_t>

    /// Adopts a descriptor, which the stream closes and makes non-blocking: also for those who share its open file
    /// with us, such as a shell's standard input. On failure the descriptor stays the caller's.
    public init(on loop: Loop, descriptor: CInt) throws(LoopError) {
        pipe = try allocate { uv_pipe_init(loop.raw, $0, 0) }
        super.init(clibuv_stream_from_pipe(pipe), on: loop)
        let code = uv_pipe_open(pipe, descriptor)
        if code < 0 { close() }
        try checked(code)
    }

    /// A one-way pipe can only be ended by closing it, so that is what happens to one, once all is written.
    public override func shutdown(onDone: @escaping (LoopError?) -> Void = { _ in }) throws(LoopError) {
        guard uv_is_readable(stream) == 0 else { return try super.shutdown(onDone: onDone) }
        try super.shutdown { [self] error in
            close()
            // The drained pipe refuses, being no socket: that is as it should be.
            onDone(error?.code == UV_ENOTSOCK.rawValue ? nil : error)
        }
    }
}
