import Foundation
import Testing

/// Secondary sort: keys are sorted by more than what makes a group, so that a reducer is given a group's values in order.
@Suite(.serialized) struct GroupingTests {
    /// A name and a number, which are the key, and a value.
    private static let text = "b\t5\t10\na\t30\t1\nb\t7\t20\na\t4\t2\na\t100\t4\n"
    private static let keys = properties(
        "stream.num.map.output.key.fields=2", "stream.num.reduce.output.key.fields=2",
        "mapreduce.job.output.key.comparator.class=org.apache.hadoop.mapred.lib.KeyFieldBasedComparator",
        "mapreduce.partition.keycomparator.options=-k1,1 -k2,2nr",
        "mapreduce.job.output.group.comparator.class=org.apache.hadoop.mapred.lib.KeyFieldBasedComparator",
        "martlet.group.comparator.options=-k1,1")

    @Test func aGroupsValuesComeInTheKeysOrderUnderItsFirstKey() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", Self.text)
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat"] + Self.keys)
            #expect(output.lines(0) == ["a\t100\t4", "a\t100\t1", "a\t100\t2", "b\t7\t20", "b\t7\t10"])
            let counters = try cluster.counters("job-1")
            #expect(counters["REDUCE_INPUT_GROUPS"] == 2)
            #expect(counters["REDUCE_INPUT_RECORDS"] == 5)
        }
    }

    @Test(arguments: [([], 5), (["mapreduce.job.combiner.group.comparator.class=KeyFieldBasedComparator"], 2)])
    func aCombinersGroupsAreTheOrdersUnlessToldOtherwise(options: [String], combined: Int) throws {
        try TestCluster.with { cluster in
            try cluster.write("text", Self.text)
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-mapper", "builtin:cat", "-combiner", "LongSumReducer", "-reducer",
                    "LongSumReducer",
                ] + Self.keys + properties(options))
            #expect(output.lines(0) == ["a\t100\t7", "b\t7\t30"])
            #expect(try cluster.counters("job-1")["COMBINE_OUTPUT_RECORDS"] == combined)
        }
    }

    /// With Hadoop's own properties alone: keys are sorted by their bytes and grouped by a part of them.
    @Test func keysSortedByTheirBytesMayBeGroupedByAPart() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", Self.text)
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat"]
                    + properties(
                        "stream.num.map.output.key.fields=2",
                        "mapred.output.value.groupfn.class=org.apache.hadoop.mapred.lib.KeyFieldBasedComparator",
                        "mapred.text.key.comparator.options=-k1,1"))
            #expect(output.lines(0) == ["a\t100\t4", "a\t100\t1", "a\t100\t2", "b\t5\t10", "b\t5\t20"])
        }
    }

    /// Values are streamed: held in memory, those of the one key would be 20 MB.
    @Test func aKeyWithManyValuesNeedsNoMoreMemoryThanManyKeysWithOne() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "x\n")
            func peak(_ lines: String) throws -> Int {
                let name = lines.hasPrefix("one") ? "one" : "many"
                try cluster.program("map-\(name)", "#!/bin/sh\nseq -f '\(lines)' 200000\n")
                let output = try cluster.stream(
                    [
                        "-input", cluster.uri("text"), "-files", cluster.path("map-\(name)"), "-mapper", "map-\(name)",
                        "-reducer", "sh -c 'wc -l; grep VmHWM /proc/$PPID/status | tr -dc 0-9'",
                    ], output: name)
                #expect(output.lines(0).first == "200000\t")
                // The container is its parent.
                return try #require(output.lines(0).last.flatMap { Int($0.dropLast()) })
            }
            let (many, one) = (try peak("%0100.0f\tvalue"), try peak("one\t%0100.0f"))
            #expect(one < many + 8000, "\(one) and \(many) kB")
        }
    }
}
