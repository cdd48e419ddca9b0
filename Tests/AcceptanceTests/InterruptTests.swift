import Foundation
import Testing

/// Control-C, pressed at a pseudo terminal.
@Suite struct InterruptTests {
    /// Runs a command at a terminal of its own: whenever what it has printed contains the first of a pair, the second is
    /// typed. Prints how it ended and all that it wrote.
    private static let script = """
        import json, select, time
        steps = json.loads(sys.argv[2])
        pid, terminal = pty.fork()
        if pid == 0: os.execv(martlet, ["martlet"] + sys.argv[3:])
        told, place, deadline = "", 0, time.time() + 60
        while time.time() < deadline and select.select([terminal], [], [], deadline - time.time())[0]:
            try: more = os.read(terminal, 65536)
            except OSError: break
            if not more: break
            told += more.decode(errors="replace")
            while steps and (found := told.find(steps[0][0], place)) >= 0:
                place = found + len(steps[0][0])
                os.write(terminal, steps.pop(0)[1].encode())
        if time.time() >= deadline: os.kill(pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"status": status, "told": told}))
        """

    private func type(
        _ cluster: TestCluster, _ steps: [[String]], _ command: [String]
    ) throws -> (status: Int, told: String) {
        let typed = String(decoding: try JSONSerialization.data(withJSONObject: steps), as: UTF8.self)
        let result = try cluster.python(Self.script, [typed] + command)
        try #require(result.status == 0, "\(result.error)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        return (try #require(object?["status"] as? Int), try #require(object?["told"] as? String))
    }

    private func stream(_ cluster: TestCluster) throws -> [String] {
        try cluster.write("text", "a\n")
        return [
            "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "sleep 1000", "-reducer",
            "NONE",
        ]
    }

    private func state(_ cluster: TestCluster) throws -> String? {
        try cluster.json(["job", "job-1"])["state"] as? String
    }

    private static let press = ["map ", "\u{3}"]

    @Test func theFirstAsksAndCIsForCancel() throws {
        try TestCluster.with(core: 1) { cluster in
            let end = try type(cluster, [Self.press, ["[c/d]", "c\n"]], stream(cluster))
            #expect(
                end.status == 1 && end.told.contains("cancel job-1, or leave it running and detach? [c/d]"), "\(end)")
            #expect(end.told.contains("job-1 cancelled"), "\(end)")
            #expect(try state(cluster) == "cancelled")
        }
    }

    @Test func dLeavesTheJobAndSaysHowToComeBack() throws {
        try TestCluster.with(core: 1) { cluster in
            let end = try type(cluster, [Self.press, ["[c/d]", "what\n"], ["detach: ", "d\n"]], stream(cluster))
            #expect(
                end.status == 130 && end.told.contains("job-1 goes on: 'martlet wait job-1' waits for it"), "\(end)")
            #expect(try state(cluster) == "running")
            // Coming back is waiting too.
            let back = try type(cluster, [Self.press, ["[c/d]", "c\n"]], ["wait", "job-1"])
            #expect(back.status == 1 && back.told.contains("job-1 cancelled"), "\(back)")
        }
    }

    @Test func theSecondDetachesAtOnce() throws {
        try TestCluster.with(core: 1) { cluster in
            let end = try type(cluster, [Self.press, ["[c/d]", "\u{3}"]], stream(cluster))
            #expect(end.status == 130 && end.told.contains("job-1 goes on"), "\(end)")
            #expect(try state(cluster) == "running")
            #expect(try cluster.run(["cancel", "job-1"]).status == 0)
        }
    }
}
