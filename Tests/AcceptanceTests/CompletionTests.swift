import Foundation
import Testing

/// What a TAB brings, in the shells themselves.
@Suite struct CompletionTests {
    /// The program where a shell finds it, and its completion for that shell.
    private func install(_ cluster: TestCluster, _ shell: String) throws -> String {
        try cluster.write("bin/readme", "")
        try FileManager.default.createSymbolicLink(
            atPath: cluster.path("bin/martlet"), withDestinationPath: TestCluster.program)
        let script = try cluster.run(["--generate-completion-script", shell])
        try #require(script.status == 0, "\(script.error)")
        try cluster.write("completion.\(shell)", script.output)
        return cluster.path("completion.\(shell)")
    }

    private static func find(_ shell: String) -> String? {
        ["/usr/bin/\(shell)", "/bin/\(shell)"].first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static let (bash, zsh, fish) = (find("bash"), find("zsh"), find("fish"))

    /// Types each beginning of a line with TABs behind it, waits for what must be offered, and takes the line back.
    ///
    /// - Parameter lines: What is typed, and what must come.
    private func press(
        _ cluster: TestCluster, _ shell: String, _ options: [String], _ start: String, _ lines: [(String, String)]
    ) throws -> String {
        var steps = [["", "export PATH=\"\(cluster.path("bin")):$PATH\"; \(start); echo rea''dy\n"]]
        var awaited = "ready"
        for (line, offer) in lines {
            steps.append([awaited, "\u{15}\(line)\t\t"])
            awaited = offer
        }
        steps.append([awaited, "\u{15}exit\n"])
        let end = try cluster.type(steps, at: options, of: shell)
        #expect(end.status == 0, "\(end.told)")
        return end.told
    }

    /// Commands, nodes, jobs, attempts, clusters, options, files.
    private static let lines = [
        ("martlet dow", "down"), ("martlet kill core-", "core-2"), ("martlet wait job-", "job-1"),
        ("martlet logs job-1-map", "job-1-map-0-1.0"), ("martlet nodes --cluster def", "default"),
        ("martlet cut core-1 --direction in", "inbound"), ("martlet stream -num", "-numReduceTasks"),
    ]

    private func runJob(_ cluster: TestCluster) throws {
        try cluster.write("text", "a\n")
        _ = try cluster.stream(["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "NONE"])
    }

    @Test(.enabled(if: bash != nil, "there is no bash")) func bashOffersWhatThereIs() throws {
        try TestCluster.with { cluster in
            try runJob(cluster)
            let script = try install(cluster, "bash")
            let shell = try #require(Self.bash)
            let told = try press(cluster, shell, ["--norc", "--noprofile", "-i"], "source \(script)", Self.lines)
            #expect(!told.contains("rror"), "\(told)")
        }
    }

    @Test(.enabled(if: zsh != nil, "there is no zsh")) func zshOffersWhatThereIs() throws {
        try TestCluster.with { cluster in
            try runJob(cluster)
            let script = try install(cluster, "zsh")
            let start = "autoload -Uz compinit; compinit -u -D; source \(script); compdef _martlet martlet"
            let told = try press(cluster, try #require(Self.zsh), ["-f", "-i"], start, Self.lines)
            #expect(!told.contains("rror"), "\(told)")
        }
    }

    @Test(.enabled(if: fish != nil, "there is no fish")) func fishOffersWhatThereIs() throws {
        try TestCluster.with { cluster in
            try runJob(cluster)
            let script = try install(cluster, "fish")
            let start = "set -x HOME \(cluster.folder); source \(script)"
            let told = try press(cluster, try #require(Self.fish), ["--no-config", "-i"], start, Self.lines)
            #expect(!told.contains("rror"), "\(told)")
        }
    }

    // MARK: - Nothing to offer

    private func complete(_ cluster: TestCluster, _ words: String...) throws -> TestCluster.Result {
        try cluster.run(["---completion", words[1], "--", "positional@0", "\(words.count - 1)", "0"] + words)
    }

    @Test func withoutAClusterNothingIsOfferedAndNothingSaid() throws {
        let cluster = try TestCluster(empty: ())
        for command in ["kill", "wait", "logs", "report"] {
            let result = try complete(cluster, "martlet", command, "")
            #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(command): \(result)")
        }
        let past = try complete(cluster, "martlet", "job", "--history", "/nowhere", "")
        #expect(past.status == 0 && past.output.isEmpty && past.error.isEmpty, "\(past)")
        try cluster.end()
    }

    @Test func aCoordinatorThatStandsStillHoldsNobodyUp() throws {
        try TestCluster.with { cluster in
            let coordinator = try #require(
                (try cluster.json(["status"])["coordinator"] as? [String: Any])?["pid"] as? Int)
            kill(pid_t(coordinator), SIGSTOP)
            defer { kill(pid_t(coordinator), SIGCONT) }
            let result = try complete(cluster, "martlet", "kill", "")
            #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(result)")
        }
    }
}
