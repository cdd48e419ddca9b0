internal import CLibuv

/// A value that threads take turns at.
///
/// `Synchronization.Mutex` would do the same, but on Linux ThreadSanitizer cannot see into it and reports races
/// that are none (Swift 6.3.1); it knows this one, which is pthread's.
public final class Locked<Value: Sendable>: @unchecked Sendable {
    // `@unchecked Sendable`: `value` is only reached between lock and unlock.
    private let mutex = UnsafeMutablePointer<uv_mutex_t>.allocate(capacity: 1)
    private var value: Value

    public init(_ value: Value) {
        self.value = value
        let code = uv_mutex_init(mutex)
        precondition(code == 0)
    }

    deinit {
        uv_mutex_destroy(mutex)
        mutex.deallocate()
    }

    public func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        uv_mutex_lock(mutex)
        defer { uv_mutex_unlock(mutex) }
        return body(&value)
    }
}
