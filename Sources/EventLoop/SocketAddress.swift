internal import CLibuv

/// Where a TCP connection goes to: an IPv4 or IPv6 host, or a name yet to be resolved, and a port.
public struct SocketAddress: Hashable, Sendable, LosslessStringConvertible {
    /// Without brackets. A numeric host is in its one usual form, so that equal addresses are equal.
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        var storage = sockaddr_storage()
        let isNumeric = clibuv_address(host, CInt(port), &storage) == 0
        self.host = (isNumeric ? Self.text(storage)?.host : nil) ?? host
        self.port = port
    }

    /// Reads `HOST:PORT`; an IPv6 host stands in brackets. `nil` for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits) else { return nil }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, isBracketed == host.contains(":"), !host.contains(where: \.isWhitespace) else {
            return nil
        }
        self.init(host: String(host), port: port)
    }

    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether the host is a number, which is what sockets want.
    public var isNumeric: Bool {
        (try? storage()) != nil
    }

    /// Whether only processes on this machine can connect. Of names, only `localhost` counts.
    public var isLoopback: Bool {
        guard var storage = try? storage() else { return host == "localhost" }
        return clibuv_address_is_loopback(&storage) != 0
    }

    /// The first numeric address of the host. Blocks while the name is looked up: for a program's start.
    public func resolve() throws(LoopError) -> SocketAddress {
        if isNumeric { return self }
        return try SocketAddress.reported { clibuv_resolve(host, CInt(port), $0) }
    }

    /// The C form, for a numeric host.
    func storage() throws(LoopError) -> sockaddr_storage {
        var storage = sockaddr_storage()
        try checked(clibuv_address(host, CInt(port), &storage))
        return storage
    }

    /// The address that a C function fills in.
    static func reported(
        _ fill: (UnsafeMutablePointer<sockaddr_storage>) -> CInt
    ) throws(LoopError) -> SocketAddress {
        var storage = sockaddr_storage()
        try checked(fill(&storage))
        guard let (host, port) = text(storage) else { throw .invalidArgument }
        return SocketAddress(host: host, port: port)
    }

    /// The address that a C function fills in, if it does.
    init?(_ fill: (UnsafeMutablePointer<sockaddr_storage>) -> CInt) {
        guard let address = try? SocketAddress.reported(fill) else { return nil }
        self = address
    }

    private static func text(_ storage: sockaddr_storage) -> (host: String, port: UInt16)? {
        var host = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let port = withUnsafePointer(to: storage) { clibuv_address_text($0, &host, host.count) }
        guard port >= 0 else { return nil }
        return (host.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }, UInt16(port))
    }
}
