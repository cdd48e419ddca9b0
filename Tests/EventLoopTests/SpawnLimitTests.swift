import EventLoop
import Glibc
import Testing

/// What a child is held to by the kernel.
@Suite struct SpawnLimitTests {
    @Test func aFileBeyondTheLimitIsASignal() throws {
        let path = "/tmp/spawn-limit-test-\(getpid())"
        defer { unlink(path) }
        let shell = try Shell.run("exec dd if=/dev/zero of=\(path) bs=1000 count=10 2>/dev/null") { request in
            request.fileSizeLimit = 5000
        }
        #expect(shell.status == .signaled(25))
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_size == 5000)
    }

    @Test func whatGoesThroughAPipeIsNoFile() throws {
        let shell = try Shell.run("head -c 10000 /dev/zero") { $0.fileSizeLimit = 5000 }
        #expect(shell.output.count == 10_000)
        #expect(shell.status == .exited(0))
    }

    /// The kernel's limit is one of numbers, the first 300 of which are used once.
    @Test(.enabled(if: Processes.namespacesAvailable && kernelLimitsNamespaces)) func forksBeyondTheLimitFail() throws {
        let script = "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); sleep 1000 & echo; done"
        let shell = try Shell.run(script) { request in
            request.isolation = .processNamespace
            request.threadLimit = 50
        }
        #expect((50...350).contains(shell.output.count))
        #expect(shell.status != .exited(0))
        #expect(try Shell.run("sleep 0 & wait; echo fine").output.text == "fine\n")
    }

    @Test func descendantsAreCounted() throws {
        // Other tests have children too.
        let script = "for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; echo ready; wait"
        var counts: [Int] = []
        _ = try Shell.run(script) { request in
            request.newSession = true
        } onOutput: { child, _ in
            counts = [Processes.descendantCount(upTo: 100), Processes.descendantCount(upTo: 3)]
            kill(-child.pid, SIGKILL)
        }
        #expect(counts[0] >= 10)
        #expect(counts[1] > 3)
    }

    private static var kernelLimitsNamespaces: Bool {
        var name = utsname()
        guard uname(&name) == 0 else { return false }
        let release = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return !numbers.lexicographicallyPrecedes([6, 14])
    }
}
