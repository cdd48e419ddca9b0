internal import CLibuv

/// The way into a loop from another thread: messages posted to its ``address`` arrive on the loop's thread.
public final class Inbox<Message: Sendable>: WakeHandle {
    public let address = Address()
    private var onMessage: ((Message) -> Void)?

    public init(on loop: Loop, onMessage: @escaping (Message) -> Void) throws(LoopError) {
        self.onMessage = onMessage
        try super.init(on: loop)
        address.open(wake)
    }

    /// Stops taking messages. Those already posted are dropped.
    public override func close() {
        address.close()
        super.close()
    }

    override func didClose() {
        onMessage = nil
    }

    override func didWake() {
        // libuv merges wakes, so one callback may stand for many posts.
        for message in address.takeAll() {
            onMessage?(message)
        }
    }

    /// Where other threads post.
    public final class Address: Sendable {
        private struct State: Sendable {
            var messages: [Message] = []
            var wake: WakeReference?
        }
        private let state = Locked(State())

        /// Posts a message; false when the inbox has closed.
        @discardableResult
        public func post(_ message: Message) -> Bool {
            state.withLock { state in
                guard let wake = state.wake else { return false }
                state.messages.append(message)
                wake.send()
                return true
            }
        }

        fileprivate func open(_ wake: WakeReference) {
            state.withLock { $0.wake = wake }
        }

        fileprivate func close() {
            state.withLock { $0 = State() }
        }

        fileprivate func takeAll() -> [Message] {
            state.withLock { state in
                defer { state.messages = [] }
                return state.messages
            }
        }
    }
}

/// The part of an inbox that C can call: a C callback cannot be generic.
public class WakeHandle: Handle {
    private let async: UnsafeMutablePointer<uv_async_t>

    init(on loop: Loop) throws(LoopError) {
        async = try allocate {
            uv_async_init(loop.raw, $0) { async in
                let owner: WakeHandle = Handle.owner(async!.pointee.data)
                owner.didWake()
            }
        }
        super.init(clibuv_handle_from_async(async), on: loop)
    }

    fileprivate var wake: WakeReference { WakeReference(async: async) }

    func didWake() {}
}

/// A handle to wake a loop with.
///
/// `@unchecked Sendable`: `uv_async_send` is the one libuv call made for other threads, and `Inbox.Address`
/// forgets this reference, under its lock, before the handle is closed.
private struct WakeReference: @unchecked Sendable {
    let async: UnsafeMutablePointer<uv_async_t>

    func send() {
        uv_async_send(async)
    }
}
