internal import CLibuv

/// Takes a signal on the loop's thread, in place of what it would do by default.
public final class SignalHandle: Handle {
    private let raw: UnsafeMutablePointer<uv_signal_t>
    private var onSignal: (() -> Void)?

    /// - Throws: `EINVAL` for ``Signal/kill`` and ``Signal/stop``, which nobody can take.
    public init(on loop: Loop, signal: Signal, onSignal: @escaping () -> Void) throws(LoopError) {
        raw = try allocate { uv_signal_init(loop.raw, $0) }
        self.onSignal = onSignal
        super.init(clibuv_handle_from_signal(raw), on: loop)
        let take: uv_signal_cb = { raw, _ in
            let owner: SignalHandle = Handle.owner(raw!.pointee.data)
            owner.onSignal?()
        }
        let code = uv_signal_start(raw, take, signal.rawValue)
        if code < 0 { close() }
        try checked(code)
    }

    override func didClose() {
        onSignal = nil
    }
}
