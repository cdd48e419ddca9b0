internal import CLibuv

/// Called each time the loop has run all that was ready and is about to wait: the place to write what a turn has
/// gathered, once per connection. Does not keep the loop running. Of several, the youngest is called first.
public final class TurnHook: Handle {
    private let prepare: UnsafeMutablePointer<uv_prepare_t>
    private var onTurnEnd: (() -> Void)?

    public init(on loop: Loop, onTurnEnd: @escaping () -> Void) throws(LoopError) {
        prepare = try allocate { uv_prepare_init(loop.raw, $0) }
        self.onTurnEnd = onTurnEnd
        super.init(clibuv_handle_from_prepare(prepare), on: loop)
        uv_prepare_start(prepare) { prepare in
            let owner: TurnHook = Handle.owner(prepare!.pointee.data)
            owner.onTurnEnd?()
        }
        keepsLoopRunning = false
    }

    override func didClose() {
        onTurnEnd = nil
    }
}
