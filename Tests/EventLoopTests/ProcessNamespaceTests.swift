import EventLoop
import Glibc
import Testing

@Suite(.enabled(if: Processes.namespacesAvailable)) struct ProcessNamespaceTests {
    @Test func aChildInANamespaceIsProcessOne() throws {
        let shell = try Shell.run("echo $$") { $0.isolation = .processNamespace }
        #expect(shell.output.text == "1\n")
        #expect(shell.status == .exited(0))
    }

    @Test func grandchildrenDieWithTheirNamespace() throws {
        try Self.killSleepers()
    }

    @Test(.enabled(if: getuid() == 0)) func ordinaryUsersHaveNamespacesToo() async {
        await #expect(processExitsWith: .success) {
            // 65534 is nobody.
            let changes = [setgid(65534), setuid(65534), SystemCalls.becomeDumpable()]
            precondition(changes == [0, 0, 0], "cannot become nobody: \(changes)")
            try ProcessNamespaceTests.killSleepers()
            let shell = try Shell.run("id -u; id -g") { $0.isolation = .processNamespace }
            precondition(shell.output.text == "65534\n65534\n", shell.output.text)
        }
    }

    @Test(.enabled(if: SystemCalls.canFork)) func aNamespaceDiesWithItsParent() async {
        await #expect(processExitsWith: .success) {
            let pipe = try Descriptors.pipe()
            let parent = SystemCalls.fork()
            if parent == 0 { try ProcessNamespaceTests.spawnSleepers(output: pipe.writeEnd) }
            Descriptors.close(pipe.writeEnd)
            let ready = try Descriptors.read(pipe.readEnd).text
            kill(parent, SIGKILL)
            // The end comes when no sleeper is left.
            let rest = try Descriptors.read(pipe.readEnd)
            precondition(ready == "ready\n" && rest.isEmpty)
        }
    }

    @Test(.enabled(if: getuid() == 0 && SystemCalls.canFork)) func processOneClearsItsNamespace() async {
        await #expect(processExitsWith: .success) {
            let status = SystemCalls.runInFork {
                // A process that has unshared can make no more threads: hence one fork more.
                guard SystemCalls.unshareProcesses() == 0 else { return 2 }
                return SystemCalls.runInFork { ProcessNamespaceTests.clearNamespace() ? 0 : 1 }
            }
            precondition(status == 0, "status \(status)")
        }
    }

    @Test func onlyProcessOneMayKillEverythingElse() async {
        await #expect(processExitsWith: .failure) { ChildReaper.killEverythingElse() }
    }

    static let sleepers = "setsid sleep 1000 & (setsid nohup sleep 1000 &) ; echo ready; wait"

    /// The output ends only when all who hold it are gone, and they are killed as one.
    static func killSleepers() throws {
        let shell = try Shell.run(sleepers) { request in
            request.isolation = .processNamespace
            request.newSession = true
            request.diesWithParent = true
        } onOutput: { child, output in
            if output == "ready\n" { child.signal(.kill) }
        }
        guard shell.status == .signaled(9), shell.output.text == "ready\n" else {
            fatalError("\(String(describing: shell.status)): \(shell.output.text)")
        }
    }

    static func spawnSleepers(output: CInt) throws -> Never {
        let loop = try Loop()
        let children = try ChildReaper(on: loop)
        var request = Shell.request(sleepers, output: output)
        request.isolation = .processNamespace
        request.diesWithParent = true
        _ = try ChildProcess.spawn(request, on: children) { _ in }
        Descriptors.close(output)
        loop.run()
        exit(1)
    }

    /// What process 1 does; whether all went as it should.
    static func clearNamespace() -> Bool {
        do {
            let pipe = try Descriptors.pipe()
            let loop = try Loop()
            let children = try ChildReaper(on: loop, strays: .reaped)
            var statuses: [ExitStatus] = []
            let strayed = Shell.request("(true &); exit 3", output: 2)
            _ = try ChildProcess.spawn(strayed, on: children) { statuses.append($0) }
            loop.run()
            let sleeping = Shell.request(sleepers, output: pipe.writeEnd)
            _ = try ChildProcess.spawn(sleeping, on: children) { statuses.append($0) }
            Descriptors.close(pipe.writeEnd)
            let ready = try Descriptors.read(pipe.readEnd).text
            ChildReaper.killEverythingElse()
            let rest = try Descriptors.read(pipe.readEnd)
            let isAlone = waitpid(-1, nil, 0) == -1 && errno == ECHILD
            ChildReaper.reapStrays()
            loop.run()
            return ready == "ready\n" && rest.isEmpty && isAlone && statuses == [.exited(3), .signaled(9)]
        } catch {
            return false
        }
    }
}
