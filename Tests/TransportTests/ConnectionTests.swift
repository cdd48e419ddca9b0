import EventLoop
import Testing
import Transport
import Wire

/// Two sides on one loop: a test is one thread, and ends when all handles have closed.
@Suite struct ConnectionTests {
    @Test func whoKnowsTheSecretIsHeard() throws {
        let pair = try Pair(serverSecret: "s", clientSecret: "s")
        var heard: [[UInt8]] = []
        pair.onServerReady = { server in
            #expect(server.role == .worker)
            server.onFrame = { frame in
                heard.append(frame.indices.map { frame[$0] })
                if heard.count == 2 { pair.close() }
            }
        }
        pair.onClientReady = { client in
            client.send(frame: [1, 2, 3])
            client.send(frame: [])
        }
        try pair.run()
        #expect(heard == [[1, 2, 3], []])
    }

    @Test func longFramesComeInPiecesWhereThatIsWanted() throws {
        let pair = try Pair(serverSecret: "s", clientSecret: "s")
        let long = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        var (heard, ends): ([UInt8], [Int]) = ([], [])
        var server: Connection?
        pair.onServerReady = {
            server = $0
            $0.onPiece = { piece, left in
                heard += piece.indices.map { piece[$0] }
                guard left == 0 else { return }
                ends.append(heard.count)
                if ends.count == 3 { pair.close() }
            }
        }
        pair.onClientReady = { client in
            client.sendFrame { $0 += long }
            client.send(frame: [])
            client.sendFrame { $0 += [1] }
        }
        try pair.run()
        #expect(heard == long + [1])
        #expect(ends == [long.count, long.count, long.count + 1])
        #expect(server?.heardCount == 3)
    }

    @Test func anotherSecretIsARefusal() throws {
        let pair = try Pair(serverSecret: "s", clientSecret: "other")
        var end: ConnectionEnd?
        pair.onClientEnd = { reason in
            end = reason
            pair.close()
        }
        pair.onClientReady = { _ in Issue.record("accepted") }
        try pair.run()
        #expect(end?.cause == .refused)
        #expect(end?.description.contains("different secrets") == true)
    }

    @Test func nobodyThereIsNoRefusal() throws {
        let loop = try Loop()
        let outbox = try Outbox(on: loop)
        let socket = try ListeningSocket.open(SocketAddress(host: "127.0.0.1", port: 0))
        let address = try ListeningSocket.address(of: socket)
        Descriptors.close(socket)
        var end: ConnectionEnd?
        let client = try Connection.connect(to: address, as: .client, outbox, secret: []) {}
        client.onEnd = { reason in
            end = reason
            outbox.close()
        }
        loop.run()
        #expect(end?.cause == .closed)
        #expect(end?.description.contains("\(address)") == true)
        #expect(loop.openHandles == 0)
    }

    @Test func closingEndsTheOtherSideAfterWhatWasSent() throws {
        let pair = try Pair(serverSecret: "", clientSecret: "")
        let long = [UInt8](repeating: 7, count: 3 << 20)
        var count = 0
        pair.onServerReady = { server in
            server.onFrame = { frame in count += frame.count }
            pair.onServerEnd = { _ in pair.close() }
        }
        pair.onClientReady = { client in
            for _ in 0..<4 { client.send(frame: long) }
            client.close()
        }
        try pair.run()
        #expect(count == 4 * long.count)
    }

    /// What one side does not read piles up nowhere: the sender is told, and told again when it may go on.
    @Test func aSlowReaderIsSeenBySender() throws {
        let pair = try Pair(serverSecret: "", clientSecret: "")
        let chunk = [UInt8](repeating: 1, count: 1 << 20)
        let total = 64
        var sent = 0
        var received = 0
        var mostBacklog = 0
        pair.onServerReady = { server in
            server.onFrame = { _ in
                received += 1
                if received == total { pair.close() }
            }
        }
        pair.onClientReady = { client in
            func goOn() {
                while sent < total, !client.isCongested {
                    client.send(frame: chunk)
                    sent += 1
                }
                mostBacklog = max(mostBacklog, client.backlog)
            }
            client.onDrained = goOn
            goOn()
        }
        try pair.run()
        #expect(received == total)
        #expect(mostBacklog <= Connection.congestion + chunk.count + 8)
    }

    @Test func aFrameThatTheOtherSideWouldNotTakeIsNotSent() throws {
        let pair = try Pair(serverSecret: "", clientSecret: "")
        var reason = ""
        pair.onClientEnd = { end in
            reason = end.description
            pair.close()
        }
        pair.onClientReady = { client in
            client.send(frame: Array(repeating: 0, count: FrameDecoder.defaultLengthLimit + 1))
        }
        try pair.run()
        #expect(reason.contains("over the limit"))
    }

    /// A listener with one connection to it.
    private final class Pair {
        let loop: Loop
        private let outbox: Outbox
        private var listener: TCPListener?
        private var server: Connection?
        private var client: Connection?
        private let secrets: (server: [UInt8], client: [UInt8])
        var onServerReady: ((Connection) -> Void)?
        var onClientReady: ((Connection) -> Void)?
        var onServerEnd: ((ConnectionEnd) -> Void)?
        var onClientEnd: ((ConnectionEnd) -> Void)?

        init(serverSecret: String, clientSecret: String) throws {
            loop = try Loop()
            outbox = try Outbox(on: loop)
            secrets = (Array(serverSecret.utf8), Array(clientSecret.utf8))
        }

        func run() throws {
            let listener = try TCPListener(on: loop, address: SocketAddress(host: "127.0.0.1", port: 0)) {
                [unowned self] result in
                guard case .success(let stream) = result else { return }
                let server = Connection.accept(stream, outbox, secret: secrets.server) { [unowned self] in
                    if let server = self.server { onServerReady?(server) }
                }
                server.onEnd = { [unowned self] end in onServerEnd?(end) }
                self.server = server
            }
            self.listener = listener
            let client = try Connection.connect(to: listener.address, as: .worker, outbox, secret: secrets.client) {
                [unowned self] in
                if let client = self.client { onClientReady?(client) }
            }
            client.onEnd = { [unowned self] end in onClientEnd?(end) }
            self.client = client
            loop.run()
            #expect(loop.openHandles == 0)
        }

        func close() {
            server?.close()
            client?.close()
            listener?.close()
            outbox.close()
        }
    }
}

@Suite struct SecretTests {
    @Test func aMadeSecretIsLongAndReadableByItsOwnerOnly() throws {
        let path = "/tmp/martlet-secret-\(Processes.ownID)-\(UInt64.random(in: 0...UInt64.max))"
        try Secret.make(file: path)
        #expect(try Secret.load(file: path).count == 64)
        #expect(throws: Secret.Problem.self) { try Secret.make(file: path) }
        #expect(throws: Secret.Problem.self) { try Secret.load(file: path + ".none") }
        try remove(path)
    }

    private func remove(_ path: String) throws {
        let loop = try Loop()
        let children = try ChildReaper(on: loop)
        let request = SpawnRequest(executable: "/bin/rm", arguments: [path])
        _ = try ChildProcess.spawn(request, on: children) { _ in children.close() }
        loop.run()
    }
}
