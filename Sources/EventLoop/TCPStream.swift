internal import CLibuv

/// One TCP connection. Small writes are sent at once (`TCP_NODELAY`): what belongs together is written together.
public final class TCPStream: ByteStream {
    let tcp: UnsafeMutablePointer<uv_tcp_t>

    /// An unconnected stream.
    public init(on loop: Loop) throws(LoopError) {
        tcp = try allocate { uv_tcp_init(loop.raw, $0) }
        super.init(clibuv_stream_from_tcp(tcp), on: loop)
        // There is no socket yet: libuv keeps the wish for when there is.
        uv_tcp_nodelay(tcp, 1)
    }

    /// Connects; `onConnect` is told of the failure, or of none.
    ///
    /// - Parameter address: Numeric; resolve a name first.
    public func connect(
        to address: SocketAddress, onConnect: @escaping (LoopError?) -> Void
    ) throws(LoopError) {
        guard !isClosing else { throw .invalidArgument }
        try ConnectRequest(onDone: onConnect).start(tcp, to: address)
    }

    /// Lets the system probe a silent peer after `seconds`, at least 1, as far as it can. Call when connected.
    public func enableKeepAlive(seconds: Int) {
        uv_tcp_keepalive(tcp, 1, CUnsignedInt(clamping: max(1, seconds)))
    }

    /// `nil` unless connected.
    public var peerAddress: SocketAddress? {
        SocketAddress { clibuv_tcp_peer(tcp, $0) }
    }

    /// `nil` unless connected.
    public var localAddress: SocketAddress? {
        SocketAddress { clibuv_tcp_local(tcp, $0) }
    }
}
