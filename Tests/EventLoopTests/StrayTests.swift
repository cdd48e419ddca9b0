import EventLoop
import Glibc
import Testing

/// Each in a process of its own, which becomes a subreaper. A pipe's end tells that all who held it are gone.
@Suite struct StrayTests {
    @Test func whatAChildLeavesIsKilledAndWhatOthersHaveIsNot() async {
        await #expect(processExitsWith: .success) {
            let loop = try Loop()
            let children = try ChildReaper(on: loop, strays: .killed)
            var text = ""
            let holder = try StrayTests.spawn("sleep 1000 & echo $!; wait", children) {
                text = $0
            } onEnd: {
                children.close()
            }
            _ = try StrayTests.spawn("\(ProcessNamespaceTests.sleepers) & sleep 0", children) { _ in
            } onEnd: {
                let held = CInt(text.split(separator: "\n").first ?? "") ?? 0
                precondition(holder.status == nil && Processes.startTime(of: held) != nil, text)
                holder.signal(.kill)
            }
            loop.run()
            precondition(holder.status == .signaled(9))
        }
    }

    @Test(.enabled(if: SystemCalls.canFork)) func childrenFromBeforeAreSpared() async {
        await #expect(processExitsWith: .success) {
            let before = SystemCalls.fork()
            if before == 0 { while true { pause() } }
            let loop = try Loop()
            let children = try ChildReaper(on: loop, strays: .killed)
            _ = try StrayTests.spawn("setsid sleep 1000 &", children) { _ in
            } onEnd: {
                children.close()
            }
            loop.run()
            let isAlive = waitpid(before, nil, WNOHANG) == 0
            kill(before, SIGKILL)
            waitpid(before, nil, 0)
            precondition(isAlive)
        }
    }

    @Test func aSubreaperKillsAllBelow() async {
        await #expect(processExitsWith: .success) {
            let pipe = try Descriptors.pipe()
            let loop = try Loop()
            let children = try ChildReaper(on: loop, strays: .reaped)
            var status: ExitStatus?
            let request = Shell.request(ProcessNamespaceTests.sleepers, output: pipe.writeEnd)
            _ = try ChildProcess.spawn(request, on: children) { status = $0 }
            Descriptors.close(pipe.writeEnd)
            let ready = try Descriptors.read(pipe.readEnd).text
            ChildReaper.killAllBelow()
            let rest = try Descriptors.read(pipe.readEnd)
            precondition(ready == "ready\n" && rest.isEmpty)
            precondition(waitpid(-1, nil, 0) == -1 && errno == ECHILD)
            loop.run()
            precondition(status == .signaled(9))
        }
    }

    /// Spawns a shell with a pipe for its output.
    static func spawn(
        _ script: String, _ children: ChildReaper, onOutput: @escaping (String) -> Void, onEnd: @escaping () -> Void
    ) throws -> ChildProcess {
        let pipe = try Descriptors.pipe()
        let reader = try PipeStream(on: children.loop, descriptor: pipe.readEnd)
        let child = try ChildProcess.spawn(Shell.request(script, output: pipe.writeEnd), on: children) { _ in }
        Descriptors.close(pipe.writeEnd)
        var output: [UInt8] = []
        try reader.read(
            onBytes: { bytes in
                output.append(bytes)
                onOutput(output.text)
            },
            onEnd: { _ in
                reader.close()
                onEnd()
            }
        )
        return child
    }
}
