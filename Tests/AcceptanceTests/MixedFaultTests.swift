import Foundation
import Testing

/// Everything that can happen to processes happens to them at random while words are counted; the result is the same.
@Suite(.serialized) struct MixedFaultTests {
    /// 5, or 50 with `scripts/test --long`; MARTLET_FAULT_ROUND=N is the Nth alone, and tells its story.
    static let rounds = replayed.map { [$0] } ?? Array(1...(environment["MARTLET_LONG_TESTS"] == nil ? 5 : 50))
    private static let replayed = environment["MARTLET_FAULT_ROUND"].flatMap { Int($0) }
    private static let environment = ProcessInfo.processInfo.environment

    @Test(arguments: rounds) func anyMixtureOfFaultsChangesNothing(round: Int) throws {
        try TestCluster.with(core: 3, task: 1, heartbeatTimeout: 1000) { cluster in
            let faults = FaultRound(cluster, seed: round)
            let watch = try cluster.watch()
            defer { watch.end() }
            let jobs = [(lines: 4000, reduces: 4), (lines: 1500, reduces: 2)]
            for (number, job) in jobs.enumerated() {
                try submit(
                    cluster, number, sampleText(lines: job.lines, seed: UInt64(round + number)), job.reduces, round)
            }
            try faults.run(watch, jobs: jobs.count)
            for (number, job) in jobs.enumerated() { try check(cluster, number, job.reduces, faults) }
            if Self.replayed != nil { print(faults.story.joined(separator: "\n")) }
            expectSoon({ cluster.isAtRest }, "\((try? cluster.run(["nodes"]).output) ?? ""); \(faults)")
            #expect(cluster.hidden == [], "\(faults)")
        }
    }

    private func submit(_ cluster: TestCluster, _ number: Int, _ text: Data, _ reduces: Int, _ round: Int) throws {
        try cluster.write("text\(number)", text)
        try cluster.program("map", Self.mapper)
        try cluster.program("reduce", Self.reducer)
        try cluster.submit(
            [
                "-input", cluster.uri("text\(number)"), "-numReduceTasks", "\(reduces)",
                "-D", "mapreduce.input.fileinputformat.split.maxsize=10000",
                // Containers and programs that are killed count as failures of the job's own.
                // One fetches onto the disk, the other into memory as well.
                "-D", "mapreduce.reduce.memory.totalbytes=\(20_000 * number)",
                "-D", "mapreduce.map.maxattempts=50", "-D", "mapreduce.reduce.maxattempts=50",
                "-files", "\(cluster.path("map")),\(cluster.path("reduce"))", "-cmdenv", "ROUND=\(round)",
                "-mapper", "map", "-reducer", "reduce",
            ], output: "out\(number)")
    }

    // They sleep, as programs that wait for something, so that faults find them at work though two cores carry all nodes.

    /// One attempt of eleven fails when it has written something.
    private static let mapper = """
        #!/bin/sh
        sum=$(printf %s "$ROUND $mapreduce_task_attempt_id" | cksum)
        [ $((${sum%% *} / 100 % 11)) = 0 ] && last='NR > 50 { exit 1 }'
        sleep 0.1
        exec awk "$last"'{ for (i = 1; i <= NF; i++) print $i "\\t1" }'
        """

    private static let reducer = """
        #!/bin/sh
        sleep 0.1
        exec awk '$1 != word { if (NR > 1) print word "\\t" count; word = $1; count = 0 }
            { count += $2 }
            END { if (NR > 0) print word "\\t" count }'
        """

    private func check(_ cluster: TestCluster, _ number: Int, _ reduces: Int, _ faults: FaultRound) throws {
        let wait = try cluster.run(["wait", "job-\(number + 1)", "--quiet"])
        try #require(wait.status == 0, "\(wait.error); \(faults)")
        let output = try cluster.read("out\(number)")
        let text = try Data(contentsOf: URL(filePath: cluster.path("text\(number)")))
        #expect(output.names == ["_SUCCESS"] + (0..<reduces).map { "part-0000\($0)" }, "\(faults)")
        #expect(output.parts == TestCluster.countWords(text, parts: reduces), "\(faults)")
    }
}

extension TestCluster {
    /// Folders of jobs at work, beside their output.
    fileprivate var hidden: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix(".martlet") }
    }

    /// Nothing runs in the containers, and whoever was silent is back, or was killed.
    fileprivate var isAtRest: Bool {
        guard let nodes = try? nodes().dropFirst() else { return false }
        return nodes.allSatisfy { node in
            let reason = node["reason"] as? String ?? ""
            let isSilenced = reason.contains("it was silent") || reason.contains("it heard nothing")
            return node["containersRunning"] as? Int == 0 && !isSilenced
                && ["running", "lost", "stopped"].contains(node["state"] as? String)
        }
    }

    /// What the parts of a word count must be, byte for byte: a key is in the part that Hadoop's hash names
    /// (WritableComparator.hashBytes), and keys are sorted by their bytes.
    fileprivate static func countWords(_ text: Data, parts: Int) -> [Data] {
        var result = Array(repeating: Data(), count: parts)
        for line in countWords(text) {
            let key = line.utf8.prefix { $0 != 9 }
            let hash = key.reduce(Int32(1)) { $0 &* 31 &+ Int32(Int8(bitPattern: $1)) }
            result[Int(hash & .max) % parts].append(contentsOf: Data((line + "\n").utf8))
        }
        return result
    }
}
