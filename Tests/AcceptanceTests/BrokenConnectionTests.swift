import Foundation
import Testing

/// A network that resets connections: what runs on either side of it goes on.
@Suite(.serialized) struct BrokenConnectionTests {
    @Test func aWorkerWhoseConnectionIsResetGoesOn() throws {
        try TestCluster.with(core: 1, heartbeatTimeout: 20_000) { cluster in
            let proxy = try Proxy(to: try port(of: cluster))
            let worker = try startWorker(cluster, through: proxy)
            let watch = try cluster.watch()
            let text = sampleText(lines: 6000)
            try cluster.write("text", text)
            let submitted = try cluster.run(
                [
                    "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"),
                    "-numReduceTasks", "2", "-D", "mapreduce.input.fileinputformat.split.maxsize=30000",
                ] + TestCluster.wordCount)
            #expect(submitted.status == 0, "\(submitted.error)")
            for _ in 0..<3 {
                try watch.wait { $0.contains("runs on far") }
                proxy.resetAll()
                try watch.wait { $0.contains("the connection to far broke") }
                try watch.wait { $0.contains("far is back and goes on") }
            }
            watch.end()
            #expect(try cluster.run(["wait", "job-1", "--quiet"]).status == 0)
            #expect(try cluster.read("out").text == TestCluster.countWords(text))
            let node = try #require(try cluster.nodes().first { $0["name"] as? String == "far" })
            #expect(node["incarnation"] as? Int == 1)
            #expect(try cluster.json(["job", "job-1"])["attemptsFailed"] as? Int == 0)
            kill(worker.processIdentifier, SIGTERM)
            worker.waitUntilExit()
            proxy.close()
        }
    }

    @Test func aWorkerThatCannotComeBackInTimeIsLostAndFenced() throws {
        try TestCluster.with(core: 1, heartbeatTimeout: 1000) { cluster in
            let proxy = try Proxy(to: try port(of: cluster))
            let worker = try startWorker(cluster, through: proxy)
            let watch = try cluster.watch()
            proxy.isOpen = false
            proxy.resetAll()
            try watch.wait { $0.contains("the connection to far broke") }
            try watch.wait { $0.contains("far is lost: it was silent for 1000 ms") }
            proxy.isOpen = true
            try watch.wait { $0.contains("far (m1.medium) joined") }
            watch.end()
            let node = try #require(try cluster.nodes().first { $0["name"] as? String == "far" })
            #expect(node["incarnation"] as? Int == 2)
            kill(worker.processIdentifier, SIGTERM)
            worker.waitUntilExit()
            proxy.close()
        }
    }

    /// On an idle cluster the coordinator may have said nothing for far longer than it is looked for.
    @Test func aWorkerLooksForItsCoordinatorThoughItHasHeardNothingForLong() throws {
        try TestCluster.with(core: 1, heartbeatTimeout: 20_000) { cluster in
            let proxy = try Proxy(to: try port(of: cluster))
            let worker = try startWorker(cluster, through: proxy, ["--orphan-timeout", "1"])
            let watch = try cluster.watch()
            proxy.resetAll()
            try watch.wait { $0.contains("the connection to far broke") }
            try watch.wait { $0.contains("far is back and goes on") }
            watch.end()
            kill(worker.processIdentifier, SIGTERM)
            worker.waitUntilExit()
            proxy.close()
        }
    }

    private func port(of cluster: TestCluster) throws -> UInt16 {
        let coordinator = try #require(try cluster.json(["status"])["coordinator"] as? [String: Any])
        let address = try #require(coordinator["address"] as? String)
        return try #require(UInt16(address.split(separator: ":")[1]))
    }

    private func startWorker(
        _ cluster: TestCluster, through proxy: Proxy, _ options: [String] = []
    ) throws -> Process {
        let watch = try cluster.watch()
        let worker = try cluster.startProcess(
            [
                "worker", "--coordinator", "127.0.0.1:\(proxy.port)", "--instance-type", "m1.medium", "--name", "far",
                "--data", cluster.path("far"), "--secret-file", cluster.path("home/clusters/default/secret"),
            ] + options, output: Pipe())
        try watch.wait { $0.contains("far (m1.medium) joined") }
        watch.end()
        return worker
    }
}

/// Stands between a worker and its coordinator, and can reset what goes through it.
private final class Proxy: @unchecked Sendable {
    let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let lock = NSLock()
    private var sockets: [Int32] = []
    private var lets = true
    private var threads = DispatchGroup()

    init(to target: UInt16) throws {
        self.target = target
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(bound)
        port = UInt16(bigEndian: address.sin_port)
        start { [self] in while let client = takeClient() { serve(client) } }
    }

    /// Whether new connections are taken.
    var isOpen: Bool {
        get { lock.withLock { lets } }
        set { lock.withLock { lets = newValue } }
    }

    /// Both ends of every connection learn that it broke, as from a router that forgot it.
    func resetAll() {
        lock.withLock {
            for socket in sockets {
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
                // Closing resets at once; a copy at /dev/null keeps the number until its thread has noticed.
                let null = open("/dev/null", O_RDWR)
                dup2(null, socket)
                Glibc.close(null)
            }
            sockets = []
        }
    }

    func close() {
        resetAll()
        shutdown(listener, Int32(SHUT_RDWR))
        threads.wait()
        Glibc.close(listener)
    }

    private func start(_ body: @escaping @Sendable () -> Void) {
        threads.enter()
        Thread.detachNewThread { [threads] in
            body()
            threads.leave()
        }
    }

    private func takeClient() -> Int32? {
        let client = accept(listener, nil, nil)
        return client >= 0 ? client : nil
    }

    private func serve(_ client: Int32) {
        guard isOpen, let server = try? Stranger.connect(target) else {
            Glibc.close(client)
            return
        }
        lock.withLock { sockets += [client, server] }
        for (from, to) in [(client, server), (server, client)] {
            start {
                var buffer = [UInt8](repeating: 0, count: 64 << 10)
                while true {
                    // So that the end is noticed that no bytes announce.
                    var event = pollfd(fd: from, events: Int16(POLLIN), revents: 0)
                    poll(&event, 1, 50)
                    if event.revents == 0 { continue }
                    let count = read(from, &buffer, buffer.count)
                    guard count > 0, send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
                }
                shutdown(to, Int32(SHUT_WR))
                Glibc.close(from)
            }
        }
    }
}
