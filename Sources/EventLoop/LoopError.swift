internal import CLibuv

/// A call to libuv or the system that failed.
public struct LoopError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The negative code, as in `uv.h`: on Linux an errno, negated, except for libuv's own.
    public let code: CInt

    public init(code: CInt) {
        self.code = code
    }

    /// The handle was closed while the operation was under way.
    public static var canceled: LoopError { LoopError(UV_ECANCELED) }
    /// The peer reads no more.
    public static var brokenPipe: LoopError { LoopError(UV_EPIPE) }
    public static var connectionRefused: LoopError { LoopError(UV_ECONNREFUSED) }
    static var badDescriptor: LoopError { LoopError(UV_EBADF) }
    public static var invalidArgument: LoopError { LoopError(UV_EINVAL) }

    /// The code's name, such as `EADDRINUSE`.
    public var name: String { String(cString: uv_err_name(code)) }

    /// The code's sentence, such as `address already in use`.
    public var text: String { String(cString: uv_strerror(code)) }

    public var description: String { "\(name): \(text)" }

    private init(_ code: uv_errno_t) {
        self.init(code: code.rawValue)
    }
}

/// Passes on a result of libuv or `CPlatform`, throwing when it is a failure.
@discardableResult
func checked(_ code: CInt) throws(LoopError) -> CInt {
    if code < 0 { throw LoopError(code: code) }
    return code
}

/// The outcome a C callback reports.
func failure(_ code: CInt) -> LoopError? {
    code < 0 ? LoopError(code: code) : nil
}
