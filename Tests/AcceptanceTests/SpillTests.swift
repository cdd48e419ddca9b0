import Foundation
import Testing

/// Map output that is larger than the memory for it, on real clusters.
@Suite(.serialized) struct SpillTests {
    private static let small = properties(
        "mapreduce.task.io.sort.mb=1", "mapreduce.map.sort.spill.percent=0.5", "mapreduce.task.io.sort.factor=3")

    /// Keys of two fields, sorted by the second, backwards, and by the first; equal keys stay as they came.
    @Test func whatDoesNotFitIntoMemoryComesOutTheSame() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", sampleText(lines: 40_000, seed: 5))
            func run(_ more: [String], _ output: String) throws -> [Data] {
                try cluster.stream(
                    ["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat", "-numReduceTasks", "2"]
                        + properties(
                            "stream.map.output.field.separator= ", "stream.num.map.output.key.fields=2",
                            "mapreduce.job.output.key.comparator.class=KeyFieldBasedComparator",
                            "mapreduce.partition.keycomparator.options=-k2,2r -k1,1",
                            "mapreduce.map.output.key.field.separator= ") + more, output: output
                ).parts
            }
            let (parts, spilled) = (try run([], "whole"), try run(Self.small, "spilled"))
            #expect(parts == spilled)
            #expect(parts[0].count > 500_000)
            let (once, often) = (try cluster.counters("job-1"), try cluster.counters("job-2"))
            #expect(once["SPILLED_RECORDS"] == once["MAP_OUTPUT_RECORDS"])
            // In several spills, once more in a pass that makes them few enough, and once at the end: not all in that pass.
            let records = try #require(often["MAP_OUTPUT_RECORDS"])
            #expect(try #require(often["SPILLED_RECORDS"]) > 2 * records)
            #expect(records == once["MAP_OUTPUT_RECORDS"])
        }
    }

    /// What each spill has left of a word is summed again at the end: no more travels than if all had been summed at once.
    @Test func aBuiltInCombinerWorksOnSpillsAndOnTheirMerge() throws {
        try TestCluster.with { cluster in
            // No fold of whole numbers, and not the same again and again: all of it is sorted.
            let words = String(decoding: sampleText(lines: 20_000, seed: 6), as: UTF8.self).split { $0.isWhitespace }
            try cluster.write(
                "text", words.enumerated().map { "DoubleValueSum:\($0.element)\t\($0.offset)\n" }.joined())
            func run(_ more: [String], _ output: String) throws -> [Data] {
                try cluster.stream(
                    [
                        "-input", cluster.uri("text"), "-mapper", "cat", "-combiner", "aggregate", "-reducer",
                        "aggregate",
                    ]
                        + more, output: output
                ).parts
            }
            #expect(try run([], "whole") == run(Self.small, "spilled"))
            let (once, often) = (try cluster.counters("job-1"), try cluster.counters("job-2"))
            #expect(once["COMBINE_INPUT_RECORDS"] == once["MAP_OUTPUT_RECORDS"])
            #expect(once["SPILLED_RECORDS"] == once["COMBINE_OUTPUT_RECORDS"])
            #expect(once["REDUCE_INPUT_RECORDS"] == often["REDUCE_INPUT_RECORDS"])
            let records = try #require(often["MAP_OUTPUT_RECORDS"])
            let spilled = try #require(often["SPILLED_RECORDS"])
            #expect(try #require(often["COMBINE_INPUT_RECORDS"]) > records)
            #expect(spilled < records)
            #expect(spilled > 2 * (try #require(once["SPILLED_RECORDS"])))
        }
    }

    /// Numbers are folded in tables before anything is sorted: those that are written plainly, while there is room.
    @Test(
        arguments: [
            ["LongValueSum"], ["LongValueSum", "LongValueMax", "LongValueMin", "UniqValueCount", "longvaluesum"],
        ],
        ["cat", "builtin:cat"])
    func whatACombinerFoldsComesToTheSame(kinds: [String], mapper: String) throws {
        try TestCluster.with { cluster in
            let numbers = ["1", "-20", "300", "+4", "005", "9223372036854775807"]
            let text = (0..<60_000).map { line in
                "\(kinds[line % kinds.count]):key-\(line * 7 % (kinds.count > 1 ? 5003 : 40_009))\t\(numbers[line / 3 % numbers.count])\n"
            }
            try cluster.write("text", text.joined())
            func run(_ more: [String], _ output: String) throws -> [Data] {
                try cluster.stream(
                    ["-input", cluster.uri("text"), "-mapper", mapper, "-reducer", "aggregate", "-numReduceTasks", "3"]
                        + more,
                    output: output
                ).parts
            }
            let expected = try run([], "plain")
            #expect(try run(["-combiner", "aggregate"], "folded") == expected)
            #expect(try run(["-combiner", "aggregate"] + Self.small, "emptied") == expected)
            let (plain, folded) = (try cluster.counters("job-1"), try cluster.counters("job-2"))
            let emptied = try cluster.counters("job-3")
            #expect(try #require(emptied["SPILLED_RECORDS"]) > (try #require(folded["SPILLED_RECORDS"])))
            for counters in [folded, emptied] {
                #expect(counters["MAP_OUTPUT_RECORDS"] == 60_000)
                #expect(counters["MAP_OUTPUT_BYTES"] == plain["MAP_OUTPUT_BYTES"])
                #expect(try #require(counters["COMBINE_INPUT_RECORDS"]) >= 60_000)
                #expect(try #require(counters["REDUCE_INPUT_RECORDS"]) < 60_000)
                #expect(counters["REDUCE_INPUT_GROUPS"] == plain["REDUCE_INPUT_GROUPS"])
                #expect(counters["REDUCE_OUTPUT_RECORDS"] == plain["REDUCE_OUTPUT_RECORDS"])
            }
        }
    }

    /// The first attempt has no other end than its worker's. While it writes, a spill is under way nearly always.
    @Test(arguments: [1, 2, 5]) func aWorkerKilledAmidSpillsLosesNothingButTheAttempt(spill: Int) throws {
        try TestCluster.with(core: 2) { cluster in
            try cluster.write("text", sampleText(lines: 1000, seed: 7))
            try cluster.program(
                "map",
                """
                #!/bin/sh
                [ "$mapreduce_task_attempt_id" != "$mapreduce_task_id-1.0" ] || exec seq 1000000000
                exec cat
                """)
            func arguments(_ mapper: String) -> [String] {
                [
                    "-input", cluster.uri("text"), "-mapper", mapper, "-reducer", "cat", "-numReduceTasks", "2",
                    "-files",
                    cluster.path("map"),
                ] + Self.small
            }
            let expected = try cluster.stream(arguments("cat"), output: "expected").parts
            try cluster.submit(arguments("map"))
            expectSoon { !cluster.files(named: ".spill-\(spill)").isEmpty }
            let first = try #require(try cluster.tasks("job-2")[0].attempts.first)
            try cluster.order("kill", first.node)
            let wait = try cluster.run(["wait", "job-2", "--quiet"])
            #expect(wait.status == 0, "\(wait.error)")
            #expect(try cluster.read("out").parts == expected)
            #expect(try cluster.json(["job", "job-2"])["attemptsLost"] as? Int == 1)
            // What the killed one had written goes when the node is there again.
            try cluster.order("start", first.node)
            expectSoon { cluster.files(named: ".spill-").isEmpty }
        }
    }

    /// Four times as long as the memory, among short ones.
    @Test func aRecordLongerThanTheMemoryIsSortedToo() throws {
        try TestCluster.with { cluster in
            let long = String(repeating: "l", count: 4 << 20)
            try cluster.write("text", "b\t1\n\(long)\nc\t2\na\t3\nm\t\(long)\n")
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat"] + Self.small)
            #expect(output.lines(0) == ["a\t3", "b\t1", "c\t2", "\(long)\t", "m\t\(long)"])
        }
    }
}
