internal import CLibuv

/// An alarm that can be set again and again.
public final class LoopTimer: Handle {
    private let timer: UnsafeMutablePointer<uv_timer_t>
    private var onFire: (() -> Void)?

    public init(on loop: Loop, onFire: @escaping () -> Void) throws(LoopError) {
        timer = try allocate { uv_timer_init(loop.raw, $0) }
        self.onFire = onFire
        super.init(clibuv_handle_from_timer(timer), on: loop)
    }

    override func didClose() {
        onFire = nil
    }

    /// Fires once, `milliseconds` from the loop's ``Loop/now``; an earlier setting is forgotten. A closed timer
    /// stays silent.
    public func set(milliseconds: UInt64) {
        let fire: uv_timer_cb = { timer in
            let owner: LoopTimer = Handle.owner(timer!.pointee.data)
            owner.onFire?()
        }
        let code = uv_timer_start(timer, fire, milliseconds, 0)
        precondition(code == 0 || isClosing, "uv_timer_start: \(code)")
    }

    /// Forgets the setting, if there is one.
    public func cancel() {
        uv_timer_stop(timer)
    }
}
