import Foundation
import Testing

/// Mappers, combiners and reducers that run inside the container, on real clusters.
@Suite(.serialized) struct BuiltInStepTests {
    /// There is no program of that name: a step that was not built in would fail.
    @Test func catIsCatWithoutAProgram() throws {
        try TestCluster.with { cluster in
            let text = sampleText(lines: 20_000, seed: 3)
            try cluster.write("text", text)
            func run(_ step: String, _ output: String) throws -> TestCluster.Output {
                try cluster.stream(
                    [
                        "-input", cluster.uri("text"), "-mapper", step, "-combiner", step, "-reducer", step,
                        "-numReduceTasks", "2",
                    ]
                        + properties(
                            "stream.map.output.field.separator= ", "stream.num.map.output.key.fields=2",
                            "stream.reduce.input.field.separator=+", "stream.reduce.output.field.separator=w"),
                    output: output)
            }
            let (program, builtIn) = (try run("cat", "out1"), try run("builtin:cat", "out2"))
            #expect(program.parts == builtIn.parts)
            #expect(program.text.count > 1000)
            #expect(try cluster.counters("job-1") == cluster.counters("job-2"))
        }
    }

    @Test(arguments: [([], ["foo1\t2", "foo22\t1"]), (["mapred.mapper.regex.group=1"], ["1\t2", "22\t1"])])
    func aRegexMapperCountsWhatMatches(options: [String], expected: [String]) throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "foo1 é foo22\nbar\nfoo1\n")
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-mapper", "org.apache.hadoop.mapred.lib.RegexMapper", "-combiner",
                    "LongSumReducer", "-reducer", "LongSumReducer",
                ] + properties("mapreduce.mapper.regex=foo(\\d+)") + properties(options))
            #expect(output.lines(0) == expected)
        }
    }

    @Test func aPatternThatIsNoneIsRefusedBeforeAnythingRuns() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            let result = try cluster.run([
                "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "RegexMapper",
                "-reducer", "LongSumReducer", "-D", "mapreduce.mapper.regex=a(b",
            ])
            #expect(result.status != 0)
            #expect(
                result.error.contains(
                    "mapreduce.mapper.regex: the pattern 'a(b' cannot be understood, behind 'a(b': missing closing"),
                "\(result.error)")
            #expect(try (cluster.json(["jobs"])["jobs"] as? [Any])?.count == 0)
        }
    }

    @Test func aMapperThatDoesNothingOpensNoFile() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a\nb\n")
            let job =
                ["-input", cluster.uri("text"), "-mapper", "builtin:none"]
                + properties("mapreduce.input.fileinputformat.split.maxsize=1")
            let output = try cluster.stream(job + ["-reducer", "NONE"])
            #expect(output.names == ["_SUCCESS"])
            #expect(try cluster.counters("job-1")["MAP_INPUT_RECORDS"] ?? 0 == 0)
            // The reducers have nothing to read, and write their empty parts.
            let reduced = try cluster.stream(
                job + ["-reducer", "builtin:cat", "-numReduceTasks", "2"], output: "reduced")
            #expect(reduced.names == ["_SUCCESS", "part-00000", "part-00001"])
            #expect(reduced.text == [])
        }
    }

    @Test func theInputOfAMapperThatDoesNothingMayBeGone() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a\n")
            #expect(mkfifo(cluster.path("go"), 0o600) == 0)
            let first = [
                "-input", cluster.uri("text"), "-mapper", "sh -c 'cat $GO'", "-reducer", "NONE", "-cmdenv",
                "GO=\(cluster.path("go"))",
            ]
            // It holds every container until the file is gone.
            for number in 0..<4 { try cluster.submit(first, output: "held\(number)") }
            try cluster.submit(["-input", cluster.uri("text"), "-mapper", "builtin:none", "-reducer", "NONE"])
            try FileManager.default.removeItem(atPath: cluster.path("text"))
            for number in 1...4 { try cluster.order("cancel", "job-\(number)") }
            #expect(try cluster.run(["wait", "job-5", "--quiet"]).status == 0)
        }
    }

    @Test func hadoopsClassesDoWhatTheyDoThere() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "to be\r\nor not to be\n")
            let library = "org.apache.hadoop.mapred.lib."
            func run(_ mapper: String, _ reducer: String, _ more: [String] = []) throws -> [String] {
                let name = "out\(UInt.random(in: 0 ... .max))"
                return try cluster.stream(
                    ["-input", cluster.uri("text"), "-mapper", library + mapper, "-reducer", reducer] + more,
                    output: name
                ).lines(0)
            }
            #expect(try run("IdentityMapper", library + "IdentityReducer") == ["0\tto be", "7\tor not to be"])
            #expect(try run("InverseMapper", "NONE") == ["to be\t0", "or not to be\t7"])
            #expect(
                try run("TokenCountMapper", library + "LongSumReducer", ["-combiner", library + "LongSumReducer"]) == [
                    "be\t2", "not\t1", "or\t1", "to\t2",
                ])
            // A program reduces what a class maps, and the other way round.
            #expect(
                try run("TokenCountMapper", "uniq -c") == [
                    "      2 be\t1", "      1 not\t1", "      1 or\t1", "      2 to\t1",
                ])
        }
    }

    /// Field 1 is the key, and all from field 2 on the value; the reducer writes field 1 of `key value`, and no value.
    @Test func fieldsAreSelected() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "x,b,1,2\ny,a,3\nz\n")
            let selection = "org.apache.hadoop.mapred.lib.FieldSelectionMapReduce"
            let fields = properties(
                "mapreduce.fieldsel.data.field.separator=,",
                "mapreduce.fieldsel.map.output.key.value.fields.spec=1:2-,0")
            let job = ["-input", cluster.uri("text"), "-mapper", selection] + fields
            #expect(try cluster.stream(job + ["-reducer", "NONE"]).lines(0) == ["b\tx,1,2", "a\ty,3", "\tz"])
            let reduced = try cluster.stream(
                job + ["-reducer", selection]
                    + properties("mapreduce.fieldsel.reduce.output.key.value.fields.spec=1:"), output: "reduced")
            #expect(reduced.lines(0) == ["z", "y", "x"])
        }
    }

    /// Three maps of two lines each, so that combiners make partial results.
    @Test func aggregateAggregates() throws {
        try TestCluster.with { cluster in
            try cluster.write("in/a", "3 x\n-1 y\n")
            try cluster.write("in/b", "10 x\n0.5 z\n")
            try cluster.write("in/c", "7 x\n2 y\n")
            let mapper = """
                awk '{ if ($1 == int($1)) { print "LongValueSum:sum\\t" $1; print "LongValueMax:max\\t" $1; \
                print "LongValueMin:min\\t" $1 } print "DoubleValueSum:all\\t" $1; print "UniqValueCount:words\\t" $2; \
                print "ValueHistogram:words\\t" $2; print "StringValueMax:last\\t" $2; print "StringValueMin:first\\t" $2 }'
                """
            let output = try cluster.stream(["-input", cluster.uri("in"), "-mapper", mapper, "-reducer", "aggregate"])
            // x 3, y 2, z 1: three counts, least 1, middle 2, greatest 3, average 2, deviation √(2/3).
            #expect(
                output.lines(0) == [
                    "all\t21.5", "max\t10", "min\t-1", "sum\t21", "last\tz", "first\tx", "words\t3",
                    "words\t3\t1\t2\t3\t2.0\t0.816496580927726",
                ])
            let counters = try cluster.counters("job-1")
            #expect(counters["COMBINE_INPUT_RECORDS"] == counters["MAP_OUTPUT_RECORDS"])
            #expect(counters["REDUCE_INPUT_GROUPS"] == 8)
        }
    }

    @Test func whatCannotBeAggregatedFailsTheJobInWords() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "LongValueSum:x\tone\n")
            let result = try cluster.run(
                [
                    "stream", "--quiet", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper",
                    "builtin:cat", "-reducer", "aggregate",
                ] + properties("mapreduce.map.maxattempts=1"))
            #expect(result.status == 1)
            #expect(result.error.contains("'one' is no whole number of 64 bits"), "\(result.error)")
        }
    }

    /// It has more to do than a test waits for. A step that kept its container's loop would show no progress before its end.
    @Test func aBuiltInStepAtWorkIsSeenAndCancelled() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("large", Data(repeating: UInt8(ascii: "\n"), count: 200 << 20))
            try cluster.submit(["-input", cluster.uri("large"), "-mapper", "IdentityMapper", "-reducer", "NONE"])
            expectSoon { (try? cluster.tasks("job-1"))?.contains { $0.progress > 0 } == true }
            #expect(try cluster.run(["cancel", "job-1"]).output == "job-1 is cancelled\n")
        }
    }

    @Test func aLimitEndsABuiltInStepToo() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", Data(repeating: UInt8(ascii: "\n"), count: 4 << 20))
            let result = try cluster.run(
                [
                    "stream", "--quiet", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper",
                    "IdentityMapper", "-reducer", "NONE",
                ] + properties("mapreduce.map.maxattempts=1", "mapreduce.task.local-fs.write-limit.bytes=1000000"))
            #expect(result.status == 1)
            #expect(result.error.contains("mapreduce.task.local-fs.write-limit.bytes"), "\(result.error)")
        }
    }
}
