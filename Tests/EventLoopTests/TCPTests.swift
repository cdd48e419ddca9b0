import EventLoop
import Testing

/// A server and its client on one loop: the test is one thread, and ends when both have closed.
@Suite struct TCPTests {
    static let anyPort = SocketAddress(host: "127.0.0.1", port: 0)

    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func bytesComeBackInOrder(address: String) throws {
        let sent = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let loop = try Loop()
        let listener = try echoListener(on: loop, address: try #require(SocketAddress(address)))
        let client = try TCPStream(on: loop)
        var received: [UInt8] = []

        try client.connect(to: listener.address) { error in
            #expect(error == nil)
            #expect(throws: Never.self) {
                try client.write(sent.span.extracting(first: 500_000))
                try client.write(Array(sent[500_000...]))
                try client.read(
                    onBytes: { bytes in
                        received.append(bytes)
                        if received.count == sent.count {
                            client.close()
                            listener.close()
                        }
                    },
                    onEnd: { error in Issue.record("ended early: \(String(describing: error))") }
                )
            }
        }
        loop.run()

        #expect(received == sent)
        #expect(loop.openHandles == 0)
    }

    @Test func connectingToAClosedPortFails() throws {
        let loop = try Loop()
        let listener = try echoListener(on: loop)
        listener.close()
        loop.run()

        let client = try TCPStream(on: loop)
        var failure: LoopError?
        try client.connect(to: listener.address) { error in
            failure = error
            client.close()
        }
        loop.run()

        #expect(failure == .connectionRefused)
        #expect(failure?.description == "ECONNREFUSED: connection refused")
    }

    @Test func closingCancelsWhatIsUnderWay() throws {
        let loop = try Loop()
        let listener = try echoListener(on: loop)
        let client = try TCPStream(on: loop)
        var failure: LoopError?
        try client.connect(to: listener.address) { failure = $0 }
        client.close()
        client.close()
        listener.close()
        loop.run()

        #expect(failure == .canceled)
        #expect(loop.openHandles == 0)
    }

    @Test func aClosedStreamRefusesEverything() throws {
        let loop = try Loop()
        let stream = try TCPStream(on: loop)
        stream.close()

        #expect(throws: LoopError.self) { try stream.write([1]) }
        #expect(throws: LoopError.self) { try stream.connect(to: TCPTests.anyPort) { _ in } }
        #expect(throws: LoopError.self) { try stream.read(onBytes: { _ in }, onEnd: { _ in }) }
        #expect(throws: LoopError.self) { try stream.shutdown() }
        stream.pauseReading()
        stream.resumeReading()
        stream.enableKeepAlive(seconds: 1)
        #expect(stream.peerAddress == nil)
        loop.run()
        #expect(loop.openHandles == 0)
    }

    @Test func aPortInUseIsRefused() throws {
        let loop = try Loop()
        let listener = try echoListener(on: loop)
        #expect(throws: LoopError.self) { try TCPListener(on: loop, address: listener.address) { _ in } }
        listener.close()
        loop.run()
        #expect(loop.openHandles == 0)
    }

    @Test func bothEndsKnowEachOther() throws {
        let loop = try Loop()
        var server: TCPStream?
        let client = try TCPStream(on: loop)
        let listener = try TCPListener(on: loop, address: Self.anyPort) { connection in
            server = try? connection.get()
            loop.stop()
        }
        try client.connect(to: listener.address) { _ in client.enableKeepAlive(seconds: 30) }
        #expect(listener.address.port != 0)
        loop.run()

        #expect(client.peerAddress == listener.address)
        #expect(server?.localAddress == listener.address)
        #expect(server?.peerAddress == client.localAddress)
        server?.close()
        client.close()
        listener.close()
        loop.run()
        #expect(loop.openHandles == 0)
    }

    @Test func aHalfClosedStreamStillReceives() throws {
        let loop = try Loop()
        var answers = 0
        let listener = try TCPListener(on: loop, address: Self.anyPort) { connection in
            #expect(throws: Never.self) {
                let server = try connection.get()
                var question: [UInt8] = []
                try server.read(
                    onBytes: { question.append($0) },
                    onEnd: { _ in
                        // The client has ended; it is answered all the same.
                        try? server.write(question.reversed()) { _ in server.close() }
                    }
                )
            }
        }
        let client = try TCPStream(on: loop)
        try client.connect(to: listener.address) { _ in
            #expect(throws: Never.self) {
                try client.write([1, 2, 3])
                try client.shutdown()
                try client.read(
                    onBytes: { bytes in
                        answers += 1
                        #expect([UInt8](bytes) == [3, 2, 1])
                    },
                    onEnd: { error in
                        #expect(error == nil)
                        client.close()
                        listener.close()
                    }
                )
            }
        }
        loop.run()
        #expect(answers == 1)
        #expect(loop.openHandles == 0)
    }

    @Test func aListeningSocketIsAdopted() throws {
        let descriptor = try ListeningSocket.open(Self.anyPort)
        let loop = try Loop()
        var connections = 0
        let client = try TCPStream(on: loop)
        var listener: TCPListener?
        listener = try TCPListener(on: loop, descriptor: descriptor) { connection in
            connections += 1
            try? connection.get().close()
            listener?.close()
        }
        try client.connect(to: try #require(listener).address) { error in
            #expect(error == nil)
            client.close()
        }
        loop.run()
        #expect(connections == 1)
        #expect(loop.openHandles == 0)
    }

    private func echoListener(on loop: Loop, address: SocketAddress = anyPort) throws -> TCPListener {
        try TCPListener(on: loop, address: address) { connection in
            #expect(throws: Never.self) {
                let stream = try connection.get()
                try stream.read(
                    onBytes: { [unowned stream] bytes in try? stream.write(bytes) },
                    onEnd: { [unowned stream] _ in stream.close() }
                )
            }
        }
    }
}
