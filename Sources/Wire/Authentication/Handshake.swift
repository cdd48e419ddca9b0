/// What one side says in a handshake.
struct HandshakeMessage: Hashable, Sendable, WireMessage {
    /// "MRTL": whatever else knocks at the port is told apart at once.
    var magic: [UInt8] = []
    var version = 0
    var role: UInt8 = 0
    var nonce: [UInt8] = []
    var proof: [UInt8] = []
    var refusal = ""

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &magic)
        try coder.field(2, &version)
        try coder.field(3, &role)
        try coder.field(4, &nonce)
        try coder.field(5, &proof)
        try coder.field(6, &refusal)
    }

    init() {}

    init(_ fill: (inout HandshakeMessage) -> Void) {
        magic = Handshake.magic
        version = Handshake.version
        fill(&self)
    }
}

/// Mutual authentication from a shared secret: each side proves that it knows it by an HMAC over both nonces, the role and
/// the version, under a label of its own, so that neither proof can stand for the other.
///
/// hello → challenge with the server's proof → the client's proof → welcome.
public enum Handshake {
    /// Raised when messages change in a way that an older side cannot skip; only sides of one version talk.
    public static let version = 1
    /// In bytes; a nonce is random and used once.
    public static let nonceLength = 32
    static let magic = Array("MRTL".utf8)

    /// What the side that handled a message does next.
    public enum Action: Hashable, Sendable {
        case send([UInt8])
        /// Send, and from then on the connection is the peer's, whose role it is.
        case accept(PeerRole, sending: [UInt8])
        /// The other side has accepted.
        case accepted
        /// Send what is not empty, then close. The text is one sentence.
        case refuse(String, sending: [UInt8])

        var isLast: Bool { if case .send = self { false } else { true } }
    }

    static let secretsDiffer =
        "the two sides have different secrets: give the cluster's with --secret-file or MARTLET_SECRET"

    static func proof(
        _ label: String, _ secret: [UInt8], _ role: UInt8, _ client: [UInt8], _ server: [UInt8]
    ) -> [UInt8] {
        let head = Array("martlet \(label) \(version) \(role) ".utf8)
        return HMACSHA256.code(head + client + server, key: secret)
    }
}

/// The side that connects.
public struct HandshakeClient: Sendable {
    private let secret: [UInt8]
    private let role: PeerRole
    private let nonce: [UInt8]
    private var hasProved = false
    private var isOver = false

    /// - Parameters:
    ///   - secret: The cluster's; empty if it has none.
    ///   - nonce: ``Handshake/nonceLength`` random bytes, never used before.
    public init(secret: [UInt8], role: PeerRole, nonce: [UInt8]) {
        precondition(nonce.count == Handshake.nonceLength)
        self.secret = secret
        self.role = role
        self.nonce = nonce
    }

    /// The first message, which the client sends unasked.
    public var hello: [UInt8] {
        HandshakeMessage { hello in
            hello.role = role.rawValue
            hello.nonce = nonce
        }.encoded()
    }

    /// - Throws: ``WireError``, if the frame is no message of a handshake, or the handshake is over.
    public mutating func handle(_ frame: Span<UInt8>) throws(WireError) -> Handshake.Action {
        guard !isOver else { throw .malformed }
        let action = try answer(to: HandshakeMessage(decoding: frame))
        isOver = action.isLast
        return action
    }

    private mutating func answer(to message: HandshakeMessage) throws(WireError) -> Handshake.Action {
        guard message.magic == Handshake.magic else { throw .malformed }
        if !message.refusal.isEmpty { return .refuse(message.refusal, sending: []) }
        guard message.version == Handshake.version else { return .refuse(wrongVersion(message.version), sending: []) }
        if hasProved { return .accepted }
        let expected = Handshake.proof("server", secret, role.rawValue, nonce, message.nonce)
        guard message.nonce.count == Handshake.nonceLength, HMACSHA256.isSame(message.proof, expected) else {
            return .refuse(Handshake.secretsDiffer, sending: [])
        }
        hasProved = true
        let proof = Handshake.proof("client", secret, role.rawValue, nonce, message.nonce)
        return .send(HandshakeMessage { $0.proof = proof }.encoded())
    }

    private func wrongVersion(_ version: Int) -> String {
        "the other side speaks version \(version) of the protocol and this one \(Handshake.version): use one version of martlet"
    }
}

/// The side that listens.
public struct HandshakeServer: Sendable {
    private let secret: [UInt8]
    private let nonce: [UInt8]
    private var peer: (role: PeerRole, nonce: [UInt8])?
    private var isOver = false

    /// - Parameters:
    ///   - secret: The cluster's; empty if it has none.
    ///   - nonce: ``Handshake/nonceLength`` random bytes, never used before.
    public init(secret: [UInt8], nonce: [UInt8]) {
        precondition(nonce.count == Handshake.nonceLength)
        self.secret = secret
        self.nonce = nonce
    }

    /// A peer has one try: whoever wants another needs another connection, and so another nonce.
    ///
    /// - Throws: ``WireError``, if the frame is no message of a handshake, or the handshake is over.
    public mutating func handle(_ frame: Span<UInt8>) throws(WireError) -> Handshake.Action {
        guard !isOver else { throw .malformed }
        let action = try answer(to: HandshakeMessage(decoding: frame))
        isOver = action.isLast
        return action
    }

    private mutating func answer(to message: HandshakeMessage) throws(WireError) -> Handshake.Action {
        guard message.magic == Handshake.magic else { throw .malformed }
        if let peer { return finish(message, peer.role, peer.nonce) }
        guard message.version == Handshake.version else {
            return refuse(
                "you speak version \(message.version) of the protocol and this side \(Handshake.version): use one version of "
                    + "martlet")
        }
        guard let role = PeerRole(rawValue: message.role), message.nonce.count == Handshake.nonceLength else {
            throw .malformed
        }
        peer = (role, message.nonce)
        let proof = Handshake.proof("server", secret, message.role, message.nonce, nonce)
        let challenge = HandshakeMessage { challenge in
            challenge.nonce = nonce
            challenge.proof = proof
        }
        return .send(challenge.encoded())
    }

    private func finish(_ message: HandshakeMessage, _ role: PeerRole, _ client: [UInt8]) -> Handshake.Action {
        let expected = Handshake.proof("client", secret, role.rawValue, client, nonce)
        guard HMACSHA256.isSame(message.proof, expected) else { return refuse(Handshake.secretsDiffer) }
        return .accept(role, sending: HandshakeMessage { _ in }.encoded())
    }

    private func refuse(_ reason: String) -> Handshake.Action {
        .refuse(reason, sending: HandshakeMessage { $0.refusal = reason }.encoded())
    }
}
