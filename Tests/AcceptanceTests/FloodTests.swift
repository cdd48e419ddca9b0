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
}

/// A cluster of one node, on which another job must succeed after whatever has happened, in its first incarnation.
enum Flood {
    static func with(_ body: (TestCluster) throws -> Void) throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            try body(cluster)
            try cluster.expectSoundNode()
        }
    }
}

extension TestCluster {
    /// Submits a job without reducers whose mapper is the program of that name; gives the job's name.
    func submit(_ mapper: String, output: String = "out", _ more: [String] = []) throws -> String {
        let submitted = try run(
            [
                "stream", "-background", "-input", uri("text"), "-output", uri(output), "-mapper", mapper, "-files",
                path(mapper), "-reducer", "NONE", "-D", "mapreduce.map.maxattempts=1",
            ] + more)
        try #require(submitted.status == 0, "\(submitted.error)")
        return submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func expectSoundNode() throws {
        #expect(
            try stream(["-input", uri("text"), "-mapper", "cat", "-reducer", "cat"], output: "sound").text == ["a\t"])
        for node in try nodes() where node["role"] as? String != "master" {
            #expect(node["incarnation"] as? Int == 1)
            #expect(node["state"] as? String == "running")
        }
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
