internal import CLibuv
internal import CPlatform

/// A port that takes connections.
public final class TCPListener: Handle {
    private let tcp: UnsafeMutablePointer<uv_tcp_t>
    private var onConnection: ((Result<TCPStream, LoopError>) -> Void)?

    /// What it listens on, with the real port.
    public private(set) var address = SocketAddress(host: "0.0.0.0", port: 0)

    /// Listens on a numeric address; port 0 asks for a free one.
    ///
    /// - Parameter backlog: Connections the system keeps until the loop takes them.
    public convenience init(
        on loop: Loop, address: SocketAddress, backlog: Int = 512,
        onConnection: @escaping (Result<TCPStream, LoopError>) -> Void
    ) throws(LoopError) {
        let storage = try address.storage()
        try self.init(on: loop, backlog: backlog, onConnection: onConnection) { tcp in
            withUnsafePointer(to: storage) { clibuv_tcp_bind(tcp, $0) }
        }
    }

    /// Adopts a socket of ``ListeningSocket``, often an inherited one. On failure it stays the caller's.
    public convenience init(
        on loop: Loop, descriptor: CInt, backlog: Int = 512,
        onConnection: @escaping (Result<TCPStream, LoopError>) -> Void
    ) throws(LoopError) {
        try self.init(on: loop, backlog: backlog, onConnection: onConnection) { uv_tcp_open($0, descriptor) }
    }

    private init(
        on loop: Loop, backlog: Int,
        onConnection: @escaping (Result<TCPStream, LoopError>) -> Void,
        open: (UnsafeMutablePointer<uv_tcp_t>) -> CInt
    ) throws(LoopError) {
        tcp = try allocate { uv_tcp_init(loop.raw, $0) }
        self.onConnection = onConnection
        super.init(clibuv_handle_from_tcp(tcp), on: loop)
        do throws(LoopError) {
            try checked(open(tcp))
            try listen(backlog: backlog)
        } catch {
            close()
            throw error
        }
    }

    override func didClose() {
        onConnection = nil
    }

    private func listen(backlog: Int) throws(LoopError) {
        try checked(
            uv_listen(clibuv_stream_from_tcp(tcp), CInt(clamping: backlog)) { handle, status in
                let listener: TCPListener = Handle.owner(handle!.pointee.data)
                listener.didConnect(status)
            }
        )
        address = try SocketAddress.reported { clibuv_tcp_local(tcp, $0) }
    }

    private func didConnect(_ status: CInt) {
        let result = Result { () throws(LoopError) -> TCPStream in
            try checked(status)
            let stream = try TCPStream(on: loop)
            let code = uv_accept(clibuv_stream_from_tcp(tcp), stream.stream)
            if code < 0 { stream.close() }
            try checked(code)
            return stream
        }
        onConnection?(result)
    }
}

/// A socket that listens though no loop serves it yet: a launcher opens one and a child process inherits it, so that
/// the port is known, and connections wait, before the child runs.
public enum ListeningSocket {
    /// - Returns: The descriptor, the caller's to close. A child gets it only through ``SpawnRequest/descriptors``.
    public static func open(_ address: SocketAddress, backlog: Int = 512) throws(LoopError) -> CInt {
        var storage = try address.storage()
        return try checked(platform_listen(&storage, CInt(clamping: backlog)))
    }

    /// Where the socket listens, with the port that it was given.
    public static func address(of descriptor: CInt) throws(LoopError) -> SocketAddress {
        try SocketAddress.reported { platform_socket_address(descriptor, $0) }
    }
}
