import Foundation
import Testing

/// The seven cases of `test-mr.sh`, the first lab of MIT's 6.5840 (6.824), under the lab's names, with real processes.
///
/// https://pdos.csail.mit.edu/6.824/labs/lab-mr.html
@Suite(.serialized) struct LabTests {
    /// The output equals a sequential count.
    @Test func wc() throws {
        try TestCluster.with { cluster in
            let text = sampleText(lines: 5000)
            try cluster.write("text", text)
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-numReduceTasks", "3", "-D",
                    "mapreduce.input.fileinputformat.split.maxsize=20000",
                ]
                    + TestCluster.wordCount)
            #expect(output.names == ["_SUCCESS", "part-00000", "part-00001", "part-00002"])
            #expect(output.text == TestCluster.countWords(text))
        }
    }

    /// An inverted index names the files of each word.
    @Test func indexer() throws {
        try TestCluster.with { cluster in
            try cluster.write("in/a", "one two\n")
            try cluster.write("in/b", "two three\ntwo\n")
            try cluster.write("in/_hidden", "never\n")
            try cluster.program(
                "map.py",
                """
                import os, sys
                name = os.path.basename(os.environ["mapreduce_map_input_file"])
                for line in sys.stdin:
                    for word in line.split():
                        print(word + "\\t" + name)
                """)
            try cluster.program(
                "reduce.py",
                """
                import sys
                from itertools import groupby
                pairs = (line.rstrip("\\n").split("\\t") for line in sys.stdin)
                for word, group in groupby(pairs, key=lambda pair: pair[0]):
                    print(word + "\\t" + ",".join(sorted({name for _, name in group})))
                """)
            let output = try cluster.stream([
                "-input", cluster.uri("in"), "-files", "\(cluster.path("map.py")),\(cluster.path("reduce.py"))",
                "-mapper", "python3 map.py", "-reducer", "python3 reduce.py",
            ])
            #expect(output.text == ["one\ta", "three\tb", "two\ta,b"])
        }
    }

    @Test func mapParallelism() throws { try twoTasksMeet("map", ["-mapper", "meet", "-reducer", "cat"]) }

    @Test func reduceParallelism() throws { try twoTasksMeet("reduce", ["-mapper", "cat", "-reducer", "meet"]) }

    /// Each of two tasks waits for the other at a pipe, so both must run at once; and, as the lab has it, in two workers.
    private func twoTasksMeet(_ kind: String, _ commands: [String]) throws {
        try TestCluster.with(core: 2) { cluster in
            try cluster.write("in/a", "x\n")
            try cluster.write("in/b", "y\n")
            #expect(mkfifo(cluster.path("meeting"), 0o600) == 0)
            try cluster.program(
                "meet",
                """
                #!/bin/sh
                if [ "$mapreduce_task_partition" = 0 ]; then echo here > "$MEETING"; else cat "$MEETING" >&2; fi
                exec cat
                """)
            let output = try cluster.stream(
                ["-input", cluster.uri("in"), "-numReduceTasks", "2", "-files", cluster.path("meet")] + commands
                    + ["-cmdenv", "MEETING=\(cluster.path("meeting"))"])
            #expect(output.text == ["x\t", "y\t"])
            let attempts = try cluster.attempts("job-1", kind)
            #expect(attempts.map { $0["node"] as? String }.sorted { $0 ?? "" < $1 ?? "" } == ["core-1", "core-2"])
        }
    }

    /// When nothing fails, each map runs exactly once.
    @Test func jobCount() throws {
        try TestCluster.with { cluster in
            for number in 0..<12 { try cluster.write("in/\(number)", "line\n") }
            try cluster.program("map", "#!/bin/sh\necho \"$mapreduce_task_partition\" >> \"$RUNS\"\nexec cat\n")
            _ = try cluster.stream([
                "-input", cluster.uri("in"), "-files", cluster.path("map"), "-mapper", "map", "-reducer", "cat",
                "-cmdenv", "RUNS=\(cluster.path("runs"))",
            ])
            let runs = try String(contentsOfFile: cluster.path("runs"), encoding: .utf8).split(separator: "\n")
                .compactMap { Int($0) }
            #expect(runs.sorted() == Array(0..<12))
        }
    }

    /// The output is complete although the first worker exits as soon as its own work is done.
    @Test func earlyExit() throws {
        try TestCluster.with(core: 2) { cluster in
            for number in 0..<6 { try cluster.write("in/\(number)", "\(number)\n") }
            try cluster.submit([
                "-input", cluster.uri("in"), "-mapper", "cat", "-reducer", "sh -c 'sleep 0.3; exec cat'",
                "-numReduceTasks", "2",
            ])
            var first: String?
            try cluster.follow("job-1") { line in
                if line.contains("job-1-map-0-1.0 ") { first = TestCluster.node(of: line) ?? first }
                guard line.contains("-map-"), line.contains(" succeeded ("), let node = first else { return }
                // Only its map output is still wanted.
                _ = try cluster.run(["kill", node])
                first = nil
            }
            #expect(try cluster.run(["wait", "job-1", "--quiet"]).status == 0)
            #expect(try cluster.read("out").text == (0..<6).map { "\($0)\t" })
        }
    }

    /// Programs die at random, before, while and after they read, or hang, and workers die with them and are started again:
    /// the output is that of programs that do not crash.
    @Test func crash() throws {
        try TestCluster.with(core: 3) { cluster in
            let text = sampleText(lines: 2000)
            try cluster.write("text", text)
            try cluster.program("crash", Self.crash)
            let scripts = ["mapper", "reducer"].map { "\(TestCluster.root)/examples/wordcount/\($0).py" }
            try cluster.submit([
                "--no-speculation", "-input", cluster.uri("text"), "-numReduceTasks", "8",
                "-D", "mapreduce.input.fileinputformat.split.maxsize=10000", "-D", "mapreduce.task.timeout=1000",
                "-D", "mapreduce.map.maxattempts=50", "-D", "mapreduce.reduce.maxattempts=50",
                "-files", (scripts + [cluster.path("crash")]).joined(separator: ","),
                "-mapper", "./crash python3 mapper.py", "-reducer", "./crash python3 reducer.py",
            ])
            let ends = try killNodesOfFailures(cluster)
            #expect(try cluster.run(["wait", "job-1", "--quiet"]).status == 0)
            #expect(try cluster.read("out").text == TestCluster.countWords(text))
            #expect(try cluster.read("out").names.count == 9)
            for end in ["status 1", "signal 9", "mapreduce.task.timeout", "was lost and is retried"] {
                #expect(ends.contains { $0.contains(end) }, "no attempt ended with \(end)")
            }
        }
    }

    /// As the lab's crash.go, of eleven attempts three die and one hangs; which ones, their names decide.
    private static let crash = """
        #!/bin/sh
        sum=$(printf %s "$mapreduce_task_attempt_id" | cksum)
        case $((${sum%% *} / 100 % 11)) in
        0) exit 1 ;;
        1) head -c 1000 | "$@"; kill -9 $$ ;;
        2) "$@"; exit 1 ;;
        3) "$@"; exec sleep 1000 ;;
        *) exec "$@" ;;
        esac
        """

    /// In the lab a program takes its worker with it: here every fourth failure does. Returns the lines of all ends.
    private func killNodesOfFailures(_ cluster: TestCluster) throws -> [String] {
        var nodes: [Substring: String] = [:]
        var ends: [String] = []
        var failures = 0
        try cluster.follow("job-1") { line in
            let words = line.split(separator: " ")
            guard let attempt = words.dropFirst().first else { return }
            if let node = TestCluster.node(of: line) { nodes[attempt] = node }
            if line.contains("is retried") { ends.append(line) }
            guard line.contains(" failed and is retried"), let node = nodes[attempt] else { return }
            failures += 1
            guard failures % 4 == 1 else { return }
            try cluster.order("kill", node)
            try cluster.order("start", node)
        }
        return ends
    }
}

extension TestCluster {
    /// All attempts of a job's tasks of a kind, task by task.
    func attempts(_ job: String, _ kind: String) throws -> [[String: Any]] {
        let tasks = try #require(try json(["tasks", job])["tasks"] as? [[String: Any]])
        return tasks.filter { $0["kind"] as? String == kind }.flatMap { $0["attempts"] as? [[String: Any]] ?? [] }
    }
}
