internal import CLibuv

/// A libuv handle, and the rule of its life.
///
/// libuv uses a handle's memory from the handle's `init` until its close callback, whatever Swift thinks of the
/// object that owns it. So the object is retained over just that time: it may be forgotten while open, and is
/// then leaked, but it is never freed under libuv. ``Loop/openHandles`` counts the forgotten.
public class Handle {
    /// Where the handle's callbacks run.
    public let loop: Loop
    /// Whether ``close()`` has been called.
    public private(set) final var isClosing = false

    private let handle: UnsafeMutablePointer<uv_handle_t>

    /// Takes over a handle that libuv has just initialized on `loop`.
    init(_ handle: UnsafeMutablePointer<uv_handle_t>, on loop: Loop) {
        self.loop = loop
        self.handle = handle
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
        loop.openHandles += 1
    }

    deinit {
        handle.deallocate()
    }

    /// Whether ``Loop/run()`` goes on while this handle is open.
    public final var keepsLoopRunning: Bool {
        get { uv_has_ref(handle) != 0 }
        set { newValue ? uv_ref(handle) : uv_unref(handle) }
    }

    /// Closes the handle: its callbacks stop now, and its memory is let go in a later turn of the loop.
    /// Closing twice is harmless.
    public func close() {
        guard !isClosing else { return }
        isClosing = true
        uv_close(handle) { handle in
            let owner = Unmanaged<Handle>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            owner.loop.openHandles -= 1
            owner.didClose()
        }
    }

    /// libuv is done with the handle: drop its callbacks here, and with them any cycle through them.
    func didClose() {}

    /// The object that owns the handle a callback was given, from that handle's `data`.
    static func owner<Owner: Handle>(_ data: UnsafeMutableRawPointer?) -> Owner {
        unsafeDowncast(Unmanaged<Handle>.fromOpaque(data!).takeUnretainedValue(), to: Owner.self)
    }
}

/// Memory for a handle or request, initialized by libuv; freed again when libuv refuses.
func allocate<Raw>(_ initialize: (UnsafeMutablePointer<Raw>) -> CInt) throws(LoopError) -> UnsafeMutablePointer<Raw> {
    let raw = UnsafeMutablePointer<Raw>.allocate(capacity: 1)
    let code = initialize(raw)
    guard code >= 0 else {
        raw.deallocate()
        throw LoopError(code: code)
    }
    return raw
}
