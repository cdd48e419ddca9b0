import EventLoop
import Testing

/// Swift Testing has one too.
typealias ExitStatus = EventLoop.ExitStatus

/// A shell script run to its end, and to the end of its output, on a loop of its own.
struct Shell {
    var status: ExitStatus?
    var output: [UInt8] = []

    typealias Change = (inout SpawnRequest) -> Void

    static func request(_ script: String, output: CInt) -> SpawnRequest {
        SpawnRequest(
            executable: "sh", arguments: ["-c", script],
            environment: ["PATH=/usr/local/bin:/usr/bin:/bin"], descriptors: [-1, output, 2]
        )
    }

    /// - Parameter onOutput: Given the child and all its output so far, each time there is more.
    static func run(
        _ script: String, change: Change = { _ in }, onOutput: @escaping (ChildProcess, String) -> Void = { _, _ in }
    ) throws -> Shell {
        let loop = try Loop()
        let children = try ChildReaper(on: loop)
        let pipe = try Descriptors.pipe()
        let reader = try PipeStream(on: loop, descriptor: pipe.readEnd)
        var request = request(script, output: pipe.writeEnd)
        change(&request)
        var shell = Shell()
        let child = try ChildProcess.spawn(request, on: children) { status in
            shell.status = status
            children.close()
        }
        Descriptors.close(pipe.writeEnd)
        try reader.read(
            onBytes: { bytes in
                shell.output.append(bytes)
                onOutput(child, shell.output.text)
            },
            onEnd: { _ in reader.close() }
        )
        loop.run()
        #expect(loop.openHandles == 0)
        #expect(child.status == shell.status)
        #expect(!child.signal(.kill), "an ended child must not be signaled")
        return shell
    }
}
