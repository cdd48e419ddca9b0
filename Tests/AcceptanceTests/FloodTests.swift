import Foundation
import Testing

/// A program that has too much of something costs its attempt, and nobody else anything.
@Suite(.serialized) struct FloodTests {
    // MARK: - Standard error

    @Test func aFloodOnStandardErrorIsKeptHeadAndTailInLittleMemory() throws {
        try Flood.with { cluster in
            #expect(mkfifo(cluster.path("flooded"), 0o600) == 0)
            #expect(mkfifo(cluster.path("go"), 0o600) == 0)
            try cluster.program(
                "map",
                """
                #!/bin/sh
                cat > /dev/null
                echo "reporter:counter:Mine,floods,1" >&2
                echo the first line >&2
                yes "$(printf 'a line of standard error %0100d' 0)" | head -c 200000000 >&2
                echo >&2
                echo "reporter:counter:Mine,floods,1" >&2
                echo the last line >&2
                echo > "$FLOODED"
                cat "$GO"
                """)
            let job = try cluster.submit(
                "map", ["-cmdenv", "FLOODED=\(cluster.path("flooded"))", "-cmdenv", "GO=\(cluster.path("go"))"])
            try cluster.waitForWriter("flooded")
            for memory in try cluster.peakMemory(of: "container") {
                #expect(memory < 100 << 20, "a container has had \(memory) bytes")
            }
            close(open(cluster.path("go"), O_WRONLY))
            #expect(try cluster.run(["wait", job, "--quiet"]).status == 0)
            let log = try cluster.run(["logs", "\(job)-map-0-1.0"]).output
            #expect(log.hasPrefix("the first line\na line of standard error 000"))
            #expect(log.hasSuffix("\nthe last line\n"))
            #expect((1 << 20...2 << 20).contains(log.utf8.count))
            let note = try #require(log.firstMatch(of: #/\n\[martlet: (\d+) bytes are not kept\]\n/#))
            let dropped = try #require(Int(note.1))
            #expect(
                log.utf8.count - note.0.utf8.count + dropped == 200_000_000
                    + "the first line\n\nthe last line\n".utf8.count)
            let counters = try #require(try cluster.json(["counters", job])["counters"] as? [[String: Any]])
            #expect(counters.contains { $0["name"] as? String == "floods" && $0["value"] as? Int == 2 })
        }
    }

    // MARK: - Input

    @Test func aMapperThatReadsNothingAndEndsHasDoneItsWork() throws {
        try Flood.with { cluster in
            try cluster.write("text", Data(repeating: 10, count: 8 << 20))
            try cluster.program("map", "#!/bin/sh\necho done\n")
            let job = try cluster.submit("map")
            #expect(try cluster.run(["wait", job, "--quiet"]).status == 0)
            #expect(try cluster.read("out").text == ["done\t"])
        }
    }

    @Test func aMapperThatReadsNothingAndNeverEndsIsTimedOut() throws {
        try Flood.with { cluster in
            try cluster.write("text", Data(repeating: 10, count: 8 << 20))
            try cluster.program("map", "#!/bin/sh\nexec sleep 1000\n")
            let error = try cluster.failure("map", ["-D", "mapreduce.task.timeout=300"])
            #expect(error.contains("mapreduce.task.timeout"))
        }
    }

    // MARK: - Output

    @Test(arguments: ["NONE", "cat"]) func aMapperThatWritesWithoutEndMeetsItsLimit(reducer: String) throws {
        try Flood.with { cluster in
            try cluster.program("map", "#!/bin/sh\nexec yes \"$(printf '%01000d' 0)\"\n")
            let error = try cluster.failure(
                "map", ["-reducer", reducer, "-D", "mapreduce.task.local-fs.write-limit.bytes=3000000"])
            #expect(error.contains(#/would have written 3\d{6} bytes to disk, and its limit is 3000000/#))
            #expect(error.contains("raise mapreduce.task.local-fs.write-limit.bytes"))
        }
    }

    @Test func aReducerThatWritesWithoutEndMeetsItsLimit() throws {
        try Flood.with { cluster in
            try cluster.program("map", "#!/bin/sh\nexec cat\n")
            let error = try cluster.failure(
                "map", ["-reducer", "yes", "-D", "mapreduce.task.local-fs.write-limit.bytes=1000000"])
            #expect(error.contains("its limit is 1000000 (raise mapreduce.task.local-fs.write-limit.bytes"))
        }
    }

    @Test func whatAReducerFetchesCountsToo() throws {
        try Flood.with { cluster in
            // Each of the maps keeps to the limit.
            for number in 0..<3 { try cluster.write("in/\(number)", Data(repeating: 97, count: 500_000)) }
            try cluster.program("map", "#!/bin/sh\nexec cat\n")
            let error = try cluster.failure(
                "map",
                [
                    "-input", cluster.uri("in"), "-reducer", "cat", "-D",
                    "mapreduce.task.local-fs.write-limit.bytes=1000000", "-D", "mapreduce.reduce.maxattempts=1",
                ])
            #expect(error.contains("/.shuffle-0: the attempt would have written"))
            #expect(error.contains("-reduce-0-1.0"))
        }
    }

    @Test(arguments: ["exec dd", "dd"]) func aFileOfTheProgramsOwnMeetsTheLimit(command: String) throws {
        try Flood.with { cluster in
            try cluster.program("map", "#!/bin/sh\n\(command) if=/dev/zero of=large bs=65536\n")
            let error = try cluster.failure("map", ["-D", "mapreduce.task.local-fs.write-limit.bytes=3000000"])
            #expect(
                error.contains("a file of more than 3000000 bytes (raise mapreduce.task.local-fs.write-limit.bytes"))
        }
    }

    // MARK: - Processes

    @Test func aForkBombEndsAtTheProcessLimit() throws {
        try Flood.with { cluster in
            try cluster.program("map", "#!/bin/bash\n:(){ :|:& };:\n")
            let error = try cluster.failure("map")
            #expect(error.contains("more than 1000 processes at once (raise martlet.task.process-limit"))
        }
    }

    @Test func aForkLoopEndsAtTheProcessLimit() throws {
        try Flood.with { cluster in
            try cluster.program("map", "#!/usr/bin/env python3\nimport os\nwhile True: os.fork()\n")
            let error = try cluster.failure("map", ["-D", "martlet.task.process-limit=100"])
            #expect(error.contains("more than 100 processes at once (raise martlet.task.process-limit"))
        }
    }

    @Test func manyProcessesWithinTheLimitAreFine() throws {
        try Flood.with { cluster in
            try cluster.program(
                "map", "#!/bin/bash\nfor i in {1..50}; do sleep 0.3 & done\nwait\nexec cat\n")
            let job = try cluster.submit("map", ["-D", "martlet.task.process-limit=100"])
            #expect(try cluster.run(["wait", job, "--quiet"]).status == 0)
        }
    }
}

/// A cluster of one node with another attempt beside the flood, that goes on whatever happens; and a job afterwards. It is
/// still the node's first incarnation then.
enum Flood {
    static func with(_ body: (TestCluster) throws -> Void) throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            let beside = try Beside(cluster)
            try body(cluster)
            try beside.end()
            try cluster.write("after", "a\n")
            let after = ["-input", cluster.uri("after"), "-mapper", "cat", "-reducer", "cat"]
            #expect(try cluster.stream(after, output: "after-out").text == ["a\t"])
            for node in try cluster.nodes() where node["role"] as? String != "master" {
                #expect(node["incarnation"] as? Int == 1)
                #expect(node["state"] as? String == "running")
            }
        }
    }

    /// An attempt under way from the beginning to the end.
    struct Beside {
        let cluster: TestCluster
        let job: String

        init(_ cluster: TestCluster) throws {
            self.cluster = cluster
            #expect(mkfifo(cluster.path("beside-started"), 0o600) == 0)
            #expect(mkfifo(cluster.path("beside-go"), 0o600) == 0)
            try cluster.write("beside-in", "kept\n")
            try cluster.program(
                "beside", "#!/bin/sh\necho > \"$FOLDER/beside-started\"\ncat \"$FOLDER/beside-go\"\nexec cat\n")
            job = try cluster.submit(
                "beside", output: "beside-out",
                ["-input", cluster.uri("beside-in"), "-cmdenv", "FOLDER=\(cluster.folder)"])
            try cluster.waitForWriter("beside-started")
        }

        func end() throws {
            close(open(cluster.path("beside-go"), O_WRONLY))
            let wait = try cluster.run(["wait", job, "--quiet"])
            #expect(wait.status == 0, "\(wait.error)")
            #expect(try cluster.read("beside-out").text == ["kept\t"])
            #expect(try cluster.json(["job", job])["attemptsLost"] as? Int == 0)
        }
    }
}

extension TestCluster {
    /// Submits a job whose mapper is the program of that name, by itself without reducers; gives the job's name.
    func submit(_ mapper: String, output: String = "out", _ more: [String] = []) throws -> String {
        let input = more.contains("-input") ? [] : ["-input", uri("text")]
        let submitted = try run(
            [
                "stream", "-background", "-output", uri(output), "-mapper", mapper, "-files", path(mapper), "-reducer",
                "NONE", "-D", "mapreduce.map.maxattempts=1", "-D", "mapreduce.reduce.maxattempts=1",
            ] + input + more)
        try #require(submitted.status == 0, "\(submitted.error)")
        return submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The same for a job that must fail; gives what is said of it.
    func failure(_ mapper: String, _ more: [String] = []) throws -> String {
        let wait = try run(["wait", try submit(mapper, more), "--quiet"])
        #expect(wait.status == 1)
        return wait.error
    }

    /// Bytes that each of the cluster's processes of the kind has had in memory at most.
    func peakMemory(of kind: String) throws -> [Int] {
        let processes = Self.processes(naming: folder).filter { $0.command.contains("martlet \(kind)") }
        try #require(!processes.isEmpty)
        return try processes.map { process in
            let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
            let line = try #require(status.firstMatch(of: #/VmHWM:\s*(\d+) kB/#))
            return try #require(Int(line.1)) << 10
        }
    }
}
