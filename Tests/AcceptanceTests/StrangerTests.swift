import Foundation
import Testing

/// Peers that do not belong to the cluster, or do not keep to its protocol.
@Suite(.serialized) struct StrangerTests {
    @Test func aWrongSecretIsRefusedOnBothSides() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("wrong", "guess")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: cluster.path("wrong"))
            let address = try address(cluster)
            let client = try cluster.run(["status", "--coordinator", address, "--secret-file", cluster.path("wrong")])
            #expect(client.status == 1)
            #expect(client.error.contains("different secrets"))
            let worker = try cluster.run([
                "worker", "--coordinator", address, "--data", cluster.path("stranger"), "--secret-file",
                cluster.path("wrong"),
            ])
            #expect(worker.status == 1)
            #expect(worker.error.contains("different secrets"))
            #expect(try cluster.nodes().count == 2)
        }
    }

    @Test func aSecretThatOthersCanReadIsRefused() throws {
        let cluster = try TestCluster(empty: ())
        try cluster.write("open", "secret")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: cluster.path("open"))
        let result = try cluster.run(["status", "--coordinator", "127.0.0.1:1", "--secret-file", cluster.path("open")])
        #expect(result.error.contains("chmod 600"))
        try cluster.end()
    }

    @Test(arguments: ["coordinator", "worker"]) func listeningBeyondThisHostNeedsASecret(daemon: String) throws {
        let cluster = try TestCluster(empty: ())
        let coordinator = daemon == "worker" ? ["--coordinator", "127.0.0.1:1"] : []
        let result = try cluster.run([daemon, "--listen", "0.0.0.0:0", "--data", cluster.path("data")] + coordinator)
        #expect(result.status == 2)
        #expect(result.error.contains("there is no secret"))
        try cluster.end()
    }

    /// Each is what a stranger sends; the coordinator must end the connection and go on.
    static let nonsense: [(String, [UInt8])] = [
        ("a frame of 4 GiB", [0xff, 0xff, 0xff, 0xff, 0, 0]),
        ("a frame over a stranger's limit", [0, 0, 4, 0]),
        ("HTTP", Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)),
        ("a frame that is no message", [0, 0, 0, 3, 0xff, 0xff, 0xff]),
    ]

    @Test func nonsenseEndsAConnectionAndNothingElse() throws {
        try TestCluster.with(core: 1) { cluster in
            let port = try #require(UInt16(try address(cluster).split(separator: ":")[1]))
            for (name, bytes) in Self.nonsense {
                let socket = try Stranger.connect(port)
                #expect(send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
                var buffer = [UInt8](repeating: 0, count: 16)
                #expect(recv(socket, &buffer, buffer.count, 0) <= 0, "\(name)")
                close(socket)
            }
            #expect(try cluster.run(["status"]).status == 0)
        }
    }

    private func address(_ cluster: TestCluster) throws -> String {
        try #require((try cluster.json(["status"])["coordinator"] as? [String: Any])?["address"] as? String)
    }
}

/// Somebody who knocks at a port.
enum Stranger {
    static func connect(_ port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
        return descriptor
    }
}
