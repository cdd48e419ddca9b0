import Foundation
import Testing

/// Commands at a pseudo terminal.
extension TestCluster {
    /// Whenever what the command has printed contains the first of a pair, the second is typed. Prints how it ended and all
    /// that it wrote.
    private static let terminal = """
        import json, select, time
        steps = json.loads(sys.argv[2])
        pid, terminal = pty.fork()
        if pid == 0: os.execvp(sys.argv[3], sys.argv[3:])
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

    /// Runs a command at a terminal of its own.
    ///
    /// - Parameters:
    ///   - steps: What is waited for, and what is typed then.
    ///   - program: Whose command it is; Martlet's without.
    ///   - kind: The terminal's, as TERM says it.
    func type(
        _ steps: [[String]], at command: [String], of program: String = program, kind: String = "xterm"
    ) throws -> (status: Int, told: String) {
        let typed = String(decoding: try JSONSerialization.data(withJSONObject: steps), as: UTF8.self)
        let result = try python("os.environ['TERM'] = '\(kind)'\n" + Self.terminal, [typed, program] + command)
        try #require(result.status == 0, "\(result.error)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        return (try #require(object?["status"] as? Int), try #require(object?["told"] as? String))
    }
}

@Suite struct TerminalTests {
    @Test func aTerminalThatMovesNoCursorIsGivenLines() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            // Long enough for its progress to be shown.
            let job = ["-input", cluster.uri("text"), "-mapper", "bash -c 'sleep 1; cat'", "-reducer", "NONE"]
            for (kind, moves) in [("dumb", false), ("xterm", true)] {
                let end = try cluster.type([], at: ["stream", "-output", cluster.uri(kind)] + job, kind: kind)
                #expect(end.status == 0 && end.told.contains("\u{1B}") == moves, "\(kind): \(end)")
            }
            let top = try cluster.type([], at: ["top"], kind: "dumb")
            #expect(top.status == 0 && !top.told.contains("\u{1B}") && top.told.contains("core-1"), "\(top)")
            let seen = try cluster.type([["core-1", "\u{3}"]], at: ["top"])
            #expect(seen.told.contains("\u{1B}[H"), "\(seen)")
        }
    }

    @Test func whatThereIsNotIsAnsweredWithWhatMayBeMeant() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            try cluster.submit(["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "NONE"])
            for command in ["job", "tasks", "counters", "wait", "cancel", "watch", "report"] {
                let result = try cluster.run([command, "job-4"])
                #expect(result.status == 1)
                #expect(result.error.contains("there is no job-4: did you mean job-1?"), "\(command): \(result.error)")
            }
            for command in ["kill", "start", "freeze", "thaw", "cut", "heal"] {
                let result = try cluster.run([command, "cor-1"])
                #expect(
                    result.status == 1 && result.error.contains("did you mean core-1?"), "\(command): \(result.error)")
            }
            let name = try cluster.run(["nodes", "--cluster", "defalt"])
            #expect(name.status == 1 && name.error.contains("did you mean default?"), "\(name.error)")
            let typed = try cluster.run(["nods"])
            #expect(typed.status == 64 && typed.error == "martlet: there is no command 'nods': did you mean nodes?\n")
            #expect(try cluster.run(["wait", "job-1", "--quiet"]).output == "")
        }
    }

    @Test func helpIsGroupedAndKnowsEveryCommand() throws {
        let cluster = try TestCluster(empty: ())
        let help = try cluster.run(["--help"])
        for group in ["CLUSTERS", "JOBS", "FAULTS", "HISTORY", "SIMULATION", "THIS MACHINE", "PROCESSES"] {
            #expect(help.output.contains("\n\(group) SUBCOMMANDS:\n"), "\(group)")
        }
        for command in ["report", "stream", "worker"] {
            let one = try cluster.run(["help", command])
            #expect(one.status == 0 && one.output.contains("  martlet \(command) "), "\(one.output)")
        }
        let unknown = try cluster.run(["help", "strem"])
        #expect(unknown.status == 64 && unknown.error.contains("did you mean stream?"))
        try cluster.end()
    }
}
