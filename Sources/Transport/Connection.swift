public import EventLoop
public import Wire

/// Why a connection has ended, in one sentence.
public struct ConnectionEnd: Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public let cause: Cause

    public enum Cause: Hashable, Sendable {
        /// The other side closed it, or was never there.
        case closed
        /// The network, which says nothing of the other side.
        case broken
        /// One side does not accept the other, and will not when it is asked again.
        case refused
        /// The other side does not keep to the protocol.
        case unlawful
    }
}

/// Frames to and from one peer, after each has proved to the other that it knows the cluster's secret.
///
/// Frames of a stranger are short, and a stranger has ``strangerTime`` to make itself known. A peer that does not read
/// what it is sent is not read from either, so nothing grows without bound on its account.
public final class Connection {
    /// Milliseconds in which the handshake must be over.
    public static let strangerTime: UInt64 = 5000
    /// Bytes under way beyond which the peer is not read from, and ``isCongested``.
    public static let congestion = 4 << 20

    /// Called with each frame after the handshake; the bytes live only as long as the call.
    public var onFrame: ((Span<UInt8>) -> Void)?
    /// Called in its place where it is set, with what has come of a frame and how many bytes it still lacks: long frames need
    /// not be gathered to be put elsewhere.
    public var onPiece: ((Span<UInt8>, _ left: Int) -> Void)?
    /// Called once, when the connection has ended for whatever reason; not after ``close()``.
    public var onEnd: ((ConnectionEnd) -> Void)?
    /// Called when something was written and ``isCongested`` is false.
    public var onDrained: (() -> Void)?
    /// Of the other side; known after the handshake.
    public private(set) var role: PeerRole?
    /// Of the last bytes that came, on the loop's clock.
    public private(set) var lastHeard: UInt64
    /// Messages sent after the handshake, and heard after it.
    public private(set) var sentCount = 0
    public private(set) var heardCount = 0

    private let stream: ByteStream
    private let outbox: Outbox
    private var decoder = FrameDecoder(lengthLimit: FrameDecoder.strangerLengthLimit)
    /// Nil once it is over.
    private var handshake: Side?
    private var onReady: (() -> Void)?
    private var timer: LoopTimer?
    private var outgoing: [UInt8] = []
    private var isDirty = false
    private var isPaused = false
    private var hasEnded = false
    /// Why the connection ends with this turn.
    private var tooLong: String?
    /// Frames that came while the peer was not reading what it was sent; heard when it does.
    private var held: [[UInt8]] = []
    /// A network that was cut, played: see ``cut(inbound:outbound:)``.
    private var isCut = (inbound: false, outbound: false)

    private enum Side {
        case client(HandshakeClient)
        case server(HandshakeServer)
    }

    private init(_ stream: ByteStream, _ outbox: Outbox, _ handshake: Side?) {
        self.stream = stream
        self.outbox = outbox
        self.handshake = handshake
        lastHeard = outbox.loop.now
        if handshake == nil { decoder.lengthLimit = FrameDecoder.defaultLengthLimit }
    }

    /// The side that listens; `onReady` is called when the peer has proved itself and ``role`` is known.
    public static func accept(
        _ stream: TCPStream, _ outbox: Outbox, secret: [UInt8], onReady: @escaping () -> Void
    ) -> Connection {
        let server = HandshakeServer(secret: secret, nonce: randomNonce())
        let connection = Connection(stream, outbox, .server(server))
        connection.onReady = onReady
        connection.limitStrangerTime()
        connection.read()
        return connection
    }

    /// The side that connects; `onReady` is called when the peer has accepted, unless ``onEnd`` is first.
    public static func connect(
        to address: SocketAddress, as role: PeerRole, _ outbox: Outbox, secret: [UInt8], onReady: @escaping () -> Void
    ) throws(LoopError) -> Connection {
        let stream = try TCPStream(on: outbox.loop)
        let client = HandshakeClient(secret: secret, role: role, nonce: randomNonce())
        let connection = Connection(stream, outbox, .client(client))
        connection.onReady = onReady
        connection.limitStrangerTime()
        try stream.connect(to: address) { [weak connection] error in
            guard let connection else { return }
            if let error {
                connection.end("cannot reach \(address): \(error)")
            } else {
                connection.read()
                connection.send(frame: client.hello)
            }
        }
        return connection
    }

    /// A peer that needs no handshake, since the socket was inherited: a container, or a container's worker.
    public static func trusted(_ stream: PipeStream, _ outbox: Outbox) -> Connection {
        let connection = Connection(stream, outbox, nil)
        connection.read()
        return connection
    }

    private static func randomNonce() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<Handshake.nonceLength).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}

// MARK: - Out

extension Connection {
    public func send(_ message: some WireMessage) {
        append { message.append(to: &$0) }
    }

    public func send(frame: [UInt8]) {
        append { $0.append(contentsOf: frame) }
    }

    /// Sends a frame whose bytes `body` appends: what is read from a file goes where it is written from. If `body` throws,
    /// nothing is sent.
    public func sendFrame<E: Error>(_ body: (inout [UInt8]) throws(E) -> Void) throws(E) { try append(body) }

    /// The peer has closed it or is gone; what it sent before may be still to come.
    public var hasPeerEnded: Bool { hasEnded || stream.hasPeerEnded }

    /// More is under way to the peer than it should be; stop sending until ``onDrained``.
    public var isCongested: Bool { backlog > Self.congestion }

    /// Bytes sent that the system has not taken yet.
    public var backlog: Int { stream.queuedByteCount + outgoing.count }

    private func append<E: Error>(_ body: (inout [UInt8]) throws(E) -> Void) throws(E) {
        guard !hasEnded else { return }
        let start = outgoing.count
        try FrameEncoder.append(to: &outgoing, body: body)
        let length = outgoing.count - start - FrameEncoder.headerLength
        guard length <= FrameDecoder.defaultLengthLimit else {
            // The other side would end the connection for it, and could not say what was wrong.
            outgoing.removeSubrange(start...)
            tooLong = "a message of \(length) bytes is over the limit of \(FrameDecoder.defaultLengthLimit)"
            return markDirty()
        }
        if handshake == nil { sentCount += 1 }
        markDirty()
    }

    private func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        outbox.add(self)
    }

    /// Writes what was sent, without waiting for the turn's end.
    public func flush() {
        isDirty = false
        // Not while it is being sent: whoever sends is in the middle of something.
        if let tooLong, !hasEnded { return end(tooLong) }
        guard !hasEnded, !outgoing.isEmpty, !isCut.outbound else { return }
        let bytes = outgoing
        outgoing = []
        do {
            try stream.write(bytes) { [weak self] error in self?.didWrite(error) }
        } catch {
            fail(error)
        }
        if isCongested && !isPaused {
            isPaused = true
            stream.pauseReading()
        }
    }

    /// Plays a cut network: what is inbound is not read, what is outbound is held back, and nothing closes. After it, as
    /// with TCP, all of it arrives late.
    public func cut(inbound: Bool, outbound: Bool) {
        guard !hasEnded else { return }
        if inbound { stream.pauseReading() } else if isCut.inbound && !isPaused { stream.resumeReading() }
        isCut = (inbound, outbound)
        flush()
    }

    private func didWrite(_ error: LoopError?) {
        if let error { return fail(error) }
        guard !isCongested, !hasEnded else { return }
        if isPaused {
            isPaused = false
            if !isCut.inbound { stream.resumeReading() }
        }
        hearHeld()
        if !isCongested { onDrained?() }
    }

    /// Ends the connection after what was sent; ``onEnd`` is not called.
    public func close() {
        guard !hasEnded else { return }
        flush()
        release()
    }

    private func end(_ reason: String, _ cause: ConnectionEnd.Cause = .closed) {
        guard !hasEnded else { return }
        let onEnd = onEnd
        release()
        onEnd?(ConnectionEnd(description: reason, cause: cause))
    }

    private func release() {
        hasEnded = true
        timer?.close()
        timer = nil
        // What was written is still under way: the stream closes when it is out, or cannot be.
        if stream.queuedByteCount == 0 {
            stream.close()
        } else {
            stream.pauseReading()
            do {
                try stream.shutdown { [stream] _ in stream.close() }
            } catch {
                stream.close()
            }
        }
        held = []
        onFrame = nil
        onPiece = nil
        onEnd = nil
        onDrained = nil
        onReady = nil
    }
}

// MARK: - In

extension Connection {
    private func read() {
        do {
            try stream.read(
                onBytes: { [weak self] bytes in self?.take(bytes) },
                onEnd: { [weak self] error in
                    if let error { self?.fail(error) } else { self?.end("the other side closed the connection") }
                }
            )
        } catch {
            fail(error)
        }
    }

    private func fail(_ error: LoopError) { end("the connection broke: \(error)", .broken) }

    private func take(_ bytes: Span<UInt8>) {
        lastHeard = outbox.loop.now
        do throws(WireError) {
            if handshake == nil, onPiece != nil { return try decoder.decodePieces(bytes) { hear($0, left: $1) } }
            try decoder.decode(bytes) { (frame) throws(WireError) in try take(frame: frame) }
            // No side sends more before it has heard that it is accepted, so the limit is raised in time.
            if handshake == nil { decoder.lengthLimit = FrameDecoder.defaultLengthLimit }
        } catch {
            end("the other side does not keep to the protocol: \(error)", .unlawful)
        }
    }

    private func take(frame: Span<UInt8>) throws(WireError) {
        guard !hasEnded else { return }
        switch handshake {
        case nil: hear(frame)
        case .client(var client):
            let action = try client.handle(frame)
            handshake = .client(client)
            follow(action)
        case .server(var server):
            let action = try server.handle(frame)
            handshake = .server(server)
            follow(action)
        }
    }

    private func hear(_ frame: Span<UInt8>) {
        // One read may hold thousands of requests, whose answers would pile up here.
        if isCongested || !held.isEmpty {
            held.append(frame.indices.map { frame[$0] })
        } else {
            heardCount += 1
            onFrame?(frame)
        }
    }

    private func hear(_ piece: Span<UInt8>, left: Int) {
        if left == 0 { heardCount += 1 }
        onPiece?(piece, left)
    }

    private func hearHeld() {
        while !held.isEmpty, !isCongested, !hasEnded {
            let frame = held.removeFirst()
            heardCount += 1
            onFrame?(frame.span)
        }
    }

    private func follow(_ action: Handshake.Action) {
        switch action {
        case .send(let bytes): send(frame: bytes)
        case .accept(let role, let bytes):
            self.role = role
            send(frame: bytes)
            becomeReady()
        case .accepted: becomeReady()
        case .refuse(let reason, let bytes):
            if !bytes.isEmpty {
                send(frame: bytes)
                flush()
            }
            end(reason, .refused)
        }
    }

    private func becomeReady() {
        handshake = nil
        timer?.close()
        timer = nil
        let onReady = onReady
        self.onReady = nil
        onReady?()
    }

    private func limitStrangerTime() {
        do {
            timer = try LoopTimer(on: outbox.loop) { [weak self] in
                self?.end("the other side did not say who it is within \(Self.strangerTime / 1000) s")
            }
            timer?.set(milliseconds: Self.strangerTime)
        } catch {
            end("no timer could be made: \(error)")
        }
    }
}
