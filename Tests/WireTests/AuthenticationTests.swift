import SeededNumbers
import Testing

@testable import Wire

@Suite struct SHA256Tests {
    /// NIST's examples (FIPS 180-2, appendix B) and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func theVectorsOfNISTComeOut(message: String, hash: String) {
        #expect(hex(SHA256.hash(Array(message.utf8))) == hash)
    }

    @Test func aMillionTimesAComesOut() {
        let message = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(hex(SHA256.hash(message)) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func theHashIsTheSameHoweverTheMessageIsCut() {
        let message = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
        for size in [1, 55, 56, 63, 64, 65, 128] {
            var hash = SHA256()
            for start in stride(from: 0, to: message.count, by: size) {
                hash.update(Array(message[start..<min(start + size, message.count)]))
            }
            #expect(hash.finish() == SHA256.hash(message))
        }
    }

    /// RFC 4231, test cases 1, 2, 3, 4, 6 and 7.
    @Test(
        arguments: [
            (
                Array(repeating: 0x0b, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                Array(repeating: 0xaa, count: 20), Array(repeating: 0xdd, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                Array(1...25), Array(repeating: 0xcd, count: 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
            ),
            (
                Array(repeating: 0xaa, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (
                Array(repeating: 0xaa, count: 131),
                Array(
                    "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."
                        .utf8),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
            ),
        ] as [([UInt8], [UInt8], String)])
    func theVectorsOfRFC4231ComeOut(key: [UInt8], message: [UInt8], code: String) {
        #expect(hex(HMACSHA256.code(message, key: key)) == code)
    }

    @Test func comparisonSeesEveryByte() {
        let bytes = [UInt8](0..<32)
        #expect(HMACSHA256.isSame(bytes, bytes))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(!HMACSHA256.isSame(bytes, other))
        }
        #expect(!HMACSHA256.isSame(bytes, Array(bytes.dropLast())))
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

@Suite struct HandshakeTests {
    static let clientNonce = [UInt8](repeating: 1, count: 32)
    static let serverNonce = [UInt8](repeating: 2, count: 32)

    @Test(arguments: ["", "secret"]) func bothSidesAcceptWhoKnowsTheSecret(secret: String) throws {
        var (client, server) = sides(secret, secret)
        let hello = client.hello
        let challenge = try sent(server.handle(hello.span))
        let proof = try sent(client.handle(challenge.span))
        guard case .accept(.worker, let welcome) = try server.handle(proof.span) else {
            Issue.record("the server did not accept")
            return
        }
        #expect(try client.handle(welcome.span) == .accepted)
    }

    @Test func theClientRefusesAServerWithAnotherSecret() throws {
        var (client, server) = sides("secret", "guess")
        let hello = client.hello
        let challenge = try sent(server.handle(hello.span))
        #expect(try client.handle(challenge.span) == .refuse(Handshake.secretsDiffer, sending: []))
    }

    @Test func theServerRefusesAClientWithAnotherSecret() throws {
        var (client, server) = sides("secret", "secret")
        let hello = client.hello
        _ = try server.handle(hello.span)
        var wrong = HandshakeMessage { _ in }
        wrong.proof = Handshake.proof(
            "client", Array("guess".utf8), PeerRole.worker.rawValue, Self.clientNonce, Self.serverNonce)
        let proof = wrong.encoded()
        guard case .refuse(Handshake.secretsDiffer, let bytes) = try server.handle(proof.span) else {
            Issue.record("the server accepted")
            return
        }
        #expect(!bytes.isEmpty)
    }

    /// What the server has proved cannot be given back to it as the client's proof.
    @Test func aReflectedProofIsRefused() throws {
        var (client, server) = sides("secret", "secret")
        let hello = client.hello
        let challenge = try sent(server.handle(hello.span))
        let message = try HandshakeMessage(decoding: challenge.span)
        let reflected = HandshakeMessage { $0.proof = message.proof }.encoded()
        guard case .refuse = try server.handle(reflected.span) else {
            Issue.record("the server accepted its own proof")
            return
        }
    }

    @Test func nobodyHasASecondTry() throws {
        var (client, server) = sides("secret", "secret")
        let hello = client.hello
        let challenge = try sent(server.handle(hello.span))
        let proof = try sent(client.handle(challenge.span))
        let guess = HandshakeMessage { $0.proof = Array(repeating: 0, count: 32) }.encoded()
        guard case .refuse(_, let refusal) = try server.handle(guess.span) else {
            Issue.record("the server accepted a guess")
            return
        }
        #expect(throws: WireError.malformed) { try server.handle(proof.span) }
        #expect(try client.handle(refusal.span) == .refuse(Handshake.secretsDiffer, sending: []))
        #expect(throws: WireError.malformed) { try client.handle(challenge.span) }
    }

    @Test func aRoleChangedOnTheWayIsRefused() throws {
        var (client, server) = sides("secret", "secret")
        let hello = client.hello
        var changed = try HandshakeMessage(decoding: hello.span)
        changed.role = PeerRole.launcher.rawValue
        let bytes = changed.encoded()
        let challenge = try sent(server.handle(bytes.span))
        #expect(try client.handle(challenge.span) == .refuse(Handshake.secretsDiffer, sending: []))
    }

    @Test func anotherVersionIsRefusedNamingBoth() throws {
        var (client, server) = sides("secret", "secret")
        let hello = client.hello
        var newer = try HandshakeMessage(decoding: hello.span)
        newer.version = 99
        let bytes = newer.encoded()
        guard case .refuse(let reason, _) = try server.handle(bytes.span) else {
            Issue.record("the server went on")
            return
        }
        #expect(reason.contains("99") && reason.contains("\(Handshake.version)"))
    }

    @Test func aStrangersMessagesFitIntoItsFrames() throws {
        var (client, server) = sides("secret", "secret")
        let hello = client.hello
        let challenge = try sent(server.handle(hello.span))
        let proof = try sent(client.handle(challenge.span))
        for message in [hello, challenge, proof] { #expect(message.count <= FrameDecoder.strangerLengthLimit) }
    }

    @Test func anyBytesAreRefusedOrAnError() {
        var random = SplitMix64(seed: 3)
        for round in 0..<5000 {
            var (client, server) = sides("secret", "secret")
            let hello = client.hello
            if round % 2 == 0 { _ = try? server.handle(hello.span) }
            var bytes = round % 3 == 0 ? hello : random.bytes(upTo: 120)
            for _ in 0..<random.below(4) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            for action in [try? server.handle(bytes.span), try? client.handle(bytes.span)] {
                if case .accept = action { Issue.record("the server accepted nonsense in round \(round)") }
                if case .accepted = action { Issue.record("the client accepted nonsense in round \(round)") }
            }
        }
    }

    private func sides(_ first: String, _ second: String) -> (HandshakeClient, HandshakeServer) {
        (
            HandshakeClient(secret: Array(first.utf8), role: .worker, nonce: Self.clientNonce),
            HandshakeServer(secret: Array(second.utf8), nonce: Self.serverNonce)
        )
    }

    private func sent(_ action: Handshake.Action) throws -> [UInt8] {
        guard case .send(let bytes) = action else {
            Issue.record("nothing to send: \(action)")
            throw WireError.malformed
        }
        return bytes
    }
}
