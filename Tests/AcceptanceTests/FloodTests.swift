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
        try TestCluster.with(core: 4) { cluster in
            // Each of the maps keeps to the limit. They run on different nodes.
            for number in 0..<16 { try cluster.write("in/\(number)", Data(repeating: 97, count: 500_000)) }
            try cluster.program("map", "#!/bin/sh\nexec cat\n")
            let error = try cluster.failure(
                "map",
                [
                    "-reducer", "wc -c", "-D", "mapreduce.reduce.maxattempts=1", "-D",
                    "mapreduce.reduce.memory.totalbytes=0",
                ] + limited(cluster))
            #expect(error.contains("/.shuffle-") && error.contains(": the attempt would have written"))
            #expect(error.contains("-reduce-0-1.0"))
        }
    }

    @Test func whatLiesOnAReducersOwnNodeIsNotFetched() throws {
        try Flood.with { cluster in
            for number in 0..<3 { try cluster.write("in/\(number)", Data(repeating: 97, count: 500_000)) }
            #expect(
                try cluster.stream(["-mapper", "cat", "-reducer", "wc -c"] + limited(cluster)).text == ["1500006\t"])
        }
    }

    private func limited(_ cluster: TestCluster) -> [String] {
        ["-input", cluster.uri("in"), "-D", "mapreduce.task.local-fs.write-limit.bytes=1000000"]
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
            // Fewer than by default, for the sake of the tests beside this one.
            let error = try cluster.failure("map", ["-D", "martlet.task.process-limit=200"])
            #expect(error.contains("more than 200 processes at once (raise martlet.task.process-limit"))
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

    // MARK: - The disk

    @Test func whatAFailedAttemptHasWrittenGoesBeforeTheJobEnds() throws {
        try Flood.with { cluster in
            try cluster.program(
                "map",
                """
                #!/bin/sh
                cat
                [ "$mapreduce_task_attempt_id" != "$mapreduce_task_id-1.0" ] || exit 3
                while [ -e "$FOLDER"/.martlet-*/"$mapreduce_task_id-1.0" ]; do :; done
                """)
            let job = try cluster.submit(
                "map",
                [
                    "-cmdenv", "FOLDER=\(cluster.folder)", "-D", "mapreduce.map.maxattempts=2", "-D",
                    "mapreduce.task.timeout=10000",
                ])
            let wait = try cluster.run(["wait", job, "--quiet"])
            #expect(wait.status == 0, "\(wait.error)")
            #expect(try cluster.read("out").text == ["a\t"])
        }
    }

    /// What fills the disk, and what is said of it.
    struct Filling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: String
        var reducer = "NONE"
        var maps = 1
        var nodes = 1
        /// Relative to the disk; or beside it.
        var output: String?
        /// Bytes to bring along.
        var fileSize = 0
        var properties: [String] = []
        let reason: String
    }

    /// Disks of 8 MB.
    static let fillings = [
        Filling(
            testDescription: "map output",
            script: "head -c 12000000 /dev/zero | tr '\\0' a | fold -w 1000", reducer: "cat",
            reason: "/jobs/job-2/job-2-map-0-1.0.output: No space left on device (the disk is full"),
        Filling(
            // One node has the attempt beside, two a map each, and one of these the reducer.
            testDescription: "what is fetched", script: "head -c 3000000 /dev/zero | tr '\\0' a | fold -w 1000",
            reducer: "wc -c", maps: 2, nodes: 3, properties: ["mapreduce.reduce.memory.totalbytes=0"],
            reason: "/attempts/job-2-reduce-0-1.0/.shuffle-0: No space left on device (the disk is full"),
        Filling(
            testDescription: "an output part", script: "exec yes $(printf '%01000d' 0)", output: "out",
            reason: "/job-2-map-0-1.0/part-00000: No space left on device (the disk is full"),
        Filling(
            testDescription: "a file of the program's", script: "exec dd if=/dev/zero of=own bs=65536 2>/dev/null",
            reason: "exited with status 1: the disk is full: make room on that of /"),
        Filling(
            testDescription: "a file that the program removes",
            script: "said=$(dd if=/dev/zero of=own bs=65536 2>&1) || { rm own; echo \"$said\" >&2; exit 7; }",
            reason: "exited with status 7: the disk is full: make room on that of /"),
        Filling(
            testDescription: "a log", script: "dd if=/dev/zero of=own bs=65536 2>/dev/null; exec yes >&2",
            reason: "/logs/job-2/job-2-map-0-1.0: No space left on device (the disk is full"),
        Filling(
            testDescription: "a file of the job's", script: "exec cat", fileSize: 12_000_000,
            reason: "the node could not lay down the job's files: cannot write /"),
    ]

    @Test(.enabled(if: SmallDisk.isPossible, "mounting a disk takes root, or a user namespace"), arguments: fillings)
    func aFullDiskFailsTheAttemptAndIsEmptiedAgain(filling: Filling) throws {
        try SmallDisk.with(megabytes: 8, nodes: filling.nodes) { cluster, disk in
            for number in 0..<filling.maps { try cluster.write("in/\(number)", "a\n") }
            try cluster.program("map", "#!/bin/sh\ncat >/dev/null\n\(filling.script)\n")
            try cluster.write("large", Data(count: filling.fileSize))
            let error = try cluster.failure(
                "map", output: filling.output.map { "disk/\($0)" } ?? "out",
                ["-input", cluster.uri("in"), "-file", cluster.path("large"), "-reducer", filling.reducer]
                    + filling.properties.flatMap { ["-D", $0] })
            #expect(error.contains(filling.reason))
            #expect(error.contains("the disk is full: make room on "))
            #expect(disk.frees(7_000_000))
        }
    }
}
