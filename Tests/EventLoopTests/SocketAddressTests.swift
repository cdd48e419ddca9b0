import EventLoop
import Testing

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1", 80), ("[::1]:7077", "::1", 7077), ("node-1.local:0", "node-1.local", 0),
    ])
    func anAddressIsReadAndWrittenAlike(text: String, host: String, port: UInt16) throws {
        let address = try #require(SocketAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "host", "host:", ":80", "host:65536", "host:-1", "host:+80", "::1:80", "[::1]", "[host]:80", "a b:1",
        "[]:1",
    ])
    func nonsenseIsRefused(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func equalAddressesAreEqualHoweverWritten() {
        #expect(SocketAddress("[0:0::0:1]:80") == SocketAddress("[::1]:80"))
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("localhost", true),
        ("0.0.0.0", false), ("::", false), ("10.0.0.1", false), ("127.example.org", false),
    ])
    func loopbackIsKnown(host: String, isLoopback: Bool) {
        #expect(SocketAddress(host: host, port: 1).isLoopback == isLoopback)
    }

    @Test func aNameIsResolved() throws {
        let address = try SocketAddress(host: "localhost", port: 80).resolve()
        #expect(address.isNumeric && address.isLoopback && address.port == 80)
        #expect(try address.resolve() == address)
        #expect(throws: LoopError.self) { try SocketAddress(host: "no-such-host.invalid", port: 1).resolve() }
        let loop = try Loop()
        #expect(throws: LoopError.invalidArgument) {
            try TCPListener(on: loop, address: SocketAddress(host: "localhost", port: 0)) { _ in }
        }
    }
}
