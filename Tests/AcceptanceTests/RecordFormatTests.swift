import Foundation
import Testing

/// How lines become records on real clusters; what comes out is worked out by hand from Hadoop's sources.
@Suite(.serialized) struct RecordFormatTests {
    /// The keys of the streaming guide's examples.
    private static let guide = "11.12.1.2\n11.14.2.3\n11.11.4.1\n11.12.1.1\n11.14.2.2\n"

    @Test func fieldsOfALineAreTheKey() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "d.1.5.23\ne.9.4.5\ne.5.9.22\ne.5.1.45\ne.5.1.23\na.7.2.6\nf.8.3.3\n")
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat"]
                    + properties("stream.num.map.output.key.fields=2", "stream.map.output.field.separator=."))
            // Keys are sorted; the values of a key stay as they came.
            #expect(
                output.lines(0) == [
                    "a.7\t2.6", "d.1\t5.23", "e.5\t9.22", "e.5\t1.45", "e.5\t1.23", "e.9\t4.5", "f.8\t3.3",
                ])
        }
    }

    @Test func everySeparatorIsTheOneGiven() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "b::1::x\na::2::y\n")
            try cluster.program("echo", "#!/bin/sh\nsed 's/^/read /'\n")
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "echo", "-files", cluster.path("echo"),
                ]
                    + properties(
                        "stream.map.output.field.separator=::", "stream.num.map.output.key.fields=2",
                        "stream.reduce.input.field.separator=|", "stream.reduce.output.field.separator= ",
                        "stream.num.reduce.output.key.fields=1", "mapred.textoutputformat.separator= = "))
            // The reducer reads `a::2|y`; of `read a::2|y`, `read` is the key.
            #expect(output.lines(0) == ["read = a::2|y", "read = b::1|x"])
        }
    }

    @Test func withoutReducersTheMappersLinesAreCutToo() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a.b.c\nd\n")
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "NONE"]
                    + properties(
                        "stream.map.output.field.separator=.", "stream.num.map.output.key.fields=2",
                        "mapreduce.output.textoutputformat.separator=,"))
            #expect(output.lines(0) == ["a.b,c", "d,"])
        }
    }

    @Test func aMapperMayReadEachLinesPlace() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "ab\r\nc\n\nd")
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "NONE"]
                    + properties("stream.map.input.ignoreKey=false", "stream.map.input.field.separator=:"))
            #expect(output.lines(0) == ["0:ab\t", "4:c\t", "6:\t", "7:d\t"])
        }
    }

    @Test(arguments: [
        ["mapreduce.partition.keypartitioner.options=-k1,2"], ["num.key.fields.for.partition=2"],
    ])
    func keysGoToReducersByTheirFirstFields(options: [String]) throws {
        try TestCluster.with { cluster in
            try cluster.write("text", Self.guide)
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat", "-numReduceTasks", "3",
                    "-partitioner", "org.apache.hadoop.mapred.lib.KeyFieldBasedPartitioner",
                ]
                    + properties(
                        "stream.map.output.field.separator=.", "stream.num.map.output.key.fields=4",
                        "map.output.key.field.separator=.")
                    + properties(options))
            #expect((0..<3).map { output.lines($0) } == Self.byFirstFields)
        }
    }

    /// By Java's rule "11.1" is ((49 × 31 + 49) × 31 + 46) × 31 + 49 = 1508323, and 11.11 is 31 times that and 49, 46758062;
    /// 11.12 is 46758063 and 11.14 46758065. Modulo 3 they are 2, 0 and 2.
    private static let byFirstFields = [
        ["11.12.1.1\t", "11.12.1.2\t"], [], ["11.11.4.1\t", "11.14.2.2\t", "11.14.2.3\t"],
    ]

    @Test func keysAreSortedByOneOfTheirFields() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a 9 x\nb 10 y\nc -3 z\nd 9.5 u\n")
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat"]
                    + properties(
                        "mapreduce.job.output.key.comparator.class=org.apache.hadoop.mapred.lib.KeyFieldBasedComparator",
                        "mapreduce.partition.keycomparator.options=-k2,2nr", "stream.num.map.output.key.fields=2",
                        "stream.map.output.field.separator= ", "mapreduce.map.output.key.field.separator= "))
            #expect(output.lines(0) == ["b 10\ty", "d 9.5\tu", "a 9\tx", "c -3\tz"])
        }
    }

    /// The two keys with field 2 being 12, and those with 14, are one to the comparator: the reducer reads the first of each
    /// for all its records, as Hadoop's ReduceTask gives them.
    @Test func equalKeysAreOneGroupWithTheKeyOfItsFirstRecord() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", Self.guide)
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "sed 's/$/#x/'", "-reducer", "cat"]
                    + properties(
                        "mapred.output.key.comparator.class=org.apache.hadoop.mapred.lib.KeyFieldBasedComparator",
                        "mapred.text.key.comparator.options=-k2,2nr", "stream.map.output.field.separator=#",
                        "map.output.key.field.separator=."))
            #expect(
                output.lines(0) == ["11.14.2.3\tx", "11.14.2.3\tx", "11.12.1.2\tx", "11.12.1.2\tx", "11.11.4.1\tx"])
            let counters = try cluster.counters("job-1")
            #expect(counters["REDUCE_INPUT_GROUPS"] == 3)
            #expect(counters["REDUCE_INPUT_RECORDS"] == 5)
        }
    }

    /// The two keys are one to the comparator and go to different reducers, so that no combiner may make one of them.
    @Test func aGroupDoesNotReachIntoTheNextPartition() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a 1\t5\nb 1\t7\na 1\t1\n")
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-mapper", "builtin:cat", "-combiner", "LongSumReducer", "-reducer",
                    "LongSumReducer", "-numReduceTasks", "2",
                ]
                    + properties(
                        "mapreduce.job.output.key.comparator.class=KeyFieldBasedComparator",
                        "mapreduce.partition.keycomparator.options=-k2,2", "map.output.key.field.separator= "))
            #expect(output.text == ["a 1\t6", "b 1\t7"])
            #expect(try cluster.counters("job-1")["COMBINE_OUTPUT_RECORDS"] == 2)
        }
    }

    /// By a combiner within a map task, and by the reducer over the outputs of several.
    @Test func outputsOfSeveralMapsAreMergedByTheComparator() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", (0..<3000).map { "\($0 * 7919 % 3000)\n" }.joined())
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "builtin:cat", "-reducer", "cat", "-combiner", "cat"]
                    + properties(
                        "mapreduce.job.output.key.comparator.class=KeyFieldBasedComparator",
                        "mapreduce.partition.keycomparator.options=-nr",
                        "mapreduce.input.fileinputformat.split.maxsize=3000"))
            #expect(output.lines(0) == (0..<3000).reversed().map { "\($0)\t" })
        }
    }

    @Test func anExitStatusMayBeIgnored() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a\n")
            try cluster.program("map", "#!/bin/sh\ncat\nexit 3\n")
            let options = [
                "-input", cluster.uri("text"), "-mapper", "map", "-reducer", "NONE", "-files", cluster.path("map"),
            ]
            let output = try cluster.stream(options + properties("stream.non.zero.exit.is.failure=false"))
            #expect(output.lines(0) == ["a\t"])
            let failed = try cluster.run(
                ["stream", "--quiet", "-output", cluster.uri("other")] + options
                    + properties("mapreduce.map.maxattempts=1"))
            #expect(failed.status == 1)
            #expect(failed.error.contains("exited with status 3"))
        }
    }
}

func properties(_ properties: String...) -> [String] { properties.flatMap { ["-D", $0] } }
func properties(_ properties: [String]) -> [String] { properties.flatMap { ["-D", $0] } }

extension TestCluster.Output {
    /// Of one part, in its order.
    func lines(_ part: Int) -> [String] {
        String(decoding: parts[part], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map(String.init)
    }
}

extension TestCluster {
    /// By name, of the cluster's own group.
    func counters(_ job: String) throws -> [String: Int] {
        let entries = try #require(try json(["counters", job])["counters"] as? [[String: Any]])
        var counters: [String: Int] = [:]
        // Those of time are another each time.
        for entry in entries where entry["group"] as? String != "martlet.PhaseCounter" {
            counters[entry["name"] as? String ?? ""] = entry["value"] as? Int
        }
        return counters
    }
}
