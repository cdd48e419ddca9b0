internal import CLibuv
internal import CPlatform

/// Bytes in both directions, in order: what ``TCPStream`` and ``PipeStream`` have in common.
public class ByteStream: Handle {
    let stream: UnsafeMutablePointer<uv_stream_t>
    private var onBytes: ((Span<UInt8>) -> Void)?
    private var onEnd: ((LoopError?) -> Void)?
    private var hasEnded = false

    /// Takes over a stream that libuv has just initialized on `loop`.
    init(_ stream: UnsafeMutablePointer<uv_stream_t>, on loop: Loop) {
        self.stream = stream
        super.init(clibuv_handle_from_stream(stream), on: loop)
    }

    override func didClose() {
        onBytes = nil
        onEnd = nil
    }

    /// Reads until the peer ends the stream (`onEnd(nil)`), the stream fails, or it is closed (then `onEnd` is not
    /// called). Reading again while already reading only changes the callbacks.
    ///
    /// - Parameter onBytes: Given at most 64 KiB, which live only as long as the call.
    public final func read(
        onBytes: @escaping (Span<UInt8>) -> Void,
        onEnd: @escaping (LoopError?) -> Void
    ) throws(LoopError) {
        try checked(startReading())
        self.onBytes = onBytes
        self.onEnd = onEnd
    }

    /// The peer has ended the stream, or it has failed; bytes that came before may be still to be read.
    public final var hasPeerEnded: Bool {
        var descriptor: uv_os_fd_t = -1
        guard !isClosing, uv_fileno(clibuv_handle_from_stream(stream), &descriptor) == 0 else { return true }
        return platform_peer_has_ended(descriptor)
    }

    /// Stops reading, so that the peer, sooner or later, must stop writing. Until ``resumeReading()`` its end is not
    /// seen either.
    public final func pauseReading() {
        uv_read_stop(stream)
    }

    /// Goes on reading, with the callbacks of `read`. Does nothing before that, and after the end.
    public final func resumeReading() {
        guard onBytes != nil, !hasEnded, !isClosing else { return }
        let code = startReading()
        precondition(code == 0, "uv_read_start: \(code)")
    }

    private func startReading() -> CInt {
        let code = uv_read_start(
            stream,
            { handle, _, buffer in
                let stream: ByteStream = Handle.owner(handle!.pointee.data)
                buffer!.pointee = uv_buf_t(stream.loop.readBuffer)
            },
            { handle, count, _ in
                let stream: ByteStream = Handle.owner(handle!.pointee.data)
                stream.didRead(count)
            }
        )
        return code == UV_EALREADY.rawValue ? 0 : code
    }

    private func didRead(_ count: Int) {
        if count > 0 {
            let bytes = loop.readBuffer.bindMemory(to: UInt8.self).prefix(count)
            onBytes?(UnsafeBufferPointer(rebasing: bytes).span)
        } else if count < 0 {
            hasEnded = true
            let code = CInt(count)
            onEnd?(code == UV_EOF.rawValue ? nil : LoopError(code: code))
        }
        // Zero is libuv's EAGAIN: nothing came, nothing ended.
    }

    /// Writes a copy of `bytes`, after all that was written before. There is no bound: mind ``queuedByteCount``.
    ///
    /// - Parameter onDone: Called in a later turn, when the system has taken the bytes or will not.
    /// - Throws: When the stream is not connected or no longer open; then `onDone` is not called.
    public final func write(_ bytes: Span<UInt8>, onDone: ((LoopError?) -> Void)? = nil) throws(LoopError) {
        try write(bytes.withUnsafeBufferPointer { Array($0) }, onDone: onDone)
    }

    /// Writes `bytes` without copying them, after all that was written before; otherwise as the other `write`.
    public final func write(_ bytes: [UInt8], onDone: ((LoopError?) -> Void)? = nil) throws(LoopError) {
        try WriteRequest(bytes, onDone: onDone).start(stream)
    }

    /// What has been written and the system has not taken yet.
    public final var queuedByteCount: Int {
        uv_stream_get_write_queue_size(stream)
    }

    /// Ends the stream in our direction once all is written; the peer may go on.
    public func shutdown(onDone: @escaping (LoopError?) -> Void = { _ in }) throws(LoopError) {
        try ShutdownRequest(onDone: onDone).start(stream)
    }
}
