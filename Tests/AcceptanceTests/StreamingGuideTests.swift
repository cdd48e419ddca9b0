import Foundation
import Testing

/// The examples of the Hadoop streaming guide, in its order; what comes out is worked out by hand.
///
/// Source: https://hadoop.apache.org/docs/stable/hadoop-streaming/HadoopStreaming.html
@Suite(.serialized) struct StreamingGuideTests {
    @Test func aClassMayBeTheMapper() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", "a\t1\nb\t22\n")
            let output = try cluster.stream([
                "-input", cluster.uri("in"), "-inputformat", "org.apache.hadoop.mapred.KeyValueTextInputFormat",
                "-mapper", "org.apache.hadoop.mapred.lib.IdentityMapper", "-reducer", "/usr/bin/wc",
            ])
            // Two lines, four words, nine bytes.
            #expect(output.lines(0) == ["      2       4       9\t"])
        }
    }

    @Test func whatIsNotNamedIsTheIdentity() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", "b\t1\na\t2\n")
            let lines = try cluster.stream([
                "-input", cluster.uri("in"), "-inputformat", "KeyValueTextInputFormat",
            ]).lines(0)
            #expect(lines == ["a\t2", "b\t1"])
        }
    }

    @Test func aScriptComesWithItsDictionary() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", "one\ntwo\nthree\n")
            try cluster.write("myDictionary.txt", "one\nthree\n")
            try cluster.program(
                "myPythonScript.py",
                """
                #!/usr/bin/env python3
                import os, sys
                words = set(open("myDictionary.txt"))
                sys.stdout.writelines(os.environ["EXAMPLE_DIR"] + line for line in sys.stdin if line in words)
                """)
            let output = try cluster.stream([
                "-input", cluster.uri("in"), "-mapper", "myPythonScript.py", "-reducer", "/usr/bin/wc", "-file",
                cluster.path("myPythonScript.py"), "-file", cluster.path("myDictionary.txt"), "-cmdenv",
                "EXAMPLE_DIR=/home/example/dictionaries/",
            ])
            // Each of the two lines has 27 bytes more, and the TAB behind its key.
            #expect(output.lines(0) == ["      2       2      \(2 * 28 + 10)\t"])
        }
    }

    @Test func aMapOnlyJobHasTwoNames() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", "b\na\n")
            let job = ["-input", cluster.uri("in"), "-mapper", "/bin/cat"]
            let one = try cluster.stream(job + ["-reducer", "NONE"])
            let other = try cluster.stream(["-D", "mapreduce.job.reduces=0"] + job, output: "other")
            #expect(one.lines(0) == ["b\t", "a\t"] && other.lines(0) == one.lines(0))
        }
    }

    @Test func twoReducersCountWhatEachIsGiven() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", "a\nb\nc\n")
            let output = try cluster.stream([
                "-D", "mapreduce.job.reduces=2", "-input", cluster.uri("in"), "-mapper", "/bin/cat", "-reducer",
                "/usr/bin/wc",
            ])
            // The hash of one letter is 31 and its code: even for a and c, which are 97 and 99.
            #expect(output.lines(0) == ["      2       2       6\t"])
            #expect(output.lines(1) == ["      1       1       3\t"])
        }
    }

    @Test func theKeyEndsAtTheFourthSeparator() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", "2.b.c.d.e.f\n1.b.c\n")
            let output = try cluster.stream([
                "-D", "stream.map.output.field.separator=.", "-D", "stream.num.map.output.key.fields=4", "-input",
                cluster.uri("in"), "-mapper", "/bin/cat", "-reducer", "/bin/cat",
            ])
            #expect(output.lines(0) == ["1.b.c\t", "2.b.c.d\te.f"])
        }
    }

    @Test func archivesAreReadThroughTheirNames() throws {
        try TestCluster.with { cluster in
            try cluster.write("test_jar/cache.txt", "This is just the cache string\n")
            try cluster.write("test_jar/cache2.txt", "This is just the second cache string\n")
            try cluster.shell("cd \(cluster.path("test_jar")) && zip -qr ../cachedir.jar .")
            try cluster.write("input.txt", "cachedir.jar/cache.txt\ncachedir.jar/cache2.txt\n")
            let output = try cluster.stream([
                "-archives", cluster.uri("cachedir.jar"), "-D", "mapreduce.job.maps=1", "-D", "mapreduce.job.reduces=1",
                "-D", "mapreduce.job.name=Experiment", "-input", cluster.uri("input.txt"), "-mapper", "xargs cat",
                "-reducer", "cat",
            ])
            #expect(
                output.lines(0) == ["This is just the cache string\t", "This is just the second cache string\t"])
        }
    }

    private static let keys = ["11.12.1.2", "11.14.2.3", "11.11.4.1", "11.12.1.1", "11.14.2.2"]

    @Test func keysWithTheSameFirstFieldsGoToOneReducerInOrder() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", Self.keys.map { $0 + "\n" }.joined())
            let output = try cluster.stream([
                "-D", "stream.map.output.field.separator=.", "-D", "stream.num.map.output.key.fields=4", "-D",
                "map.output.key.field.separator=.", "-D", "mapreduce.partition.keypartitioner.options=-k1,2", "-D",
                "mapreduce.job.reduces=12", "-input", cluster.uri("in"), "-mapper", "/bin/cat", "-reducer", "/bin/cat",
                "-partitioner", "org.apache.hadoop.mapred.lib.KeyFieldBasedPartitioner",
            ])
            // By Java's rule "11.11", "11.12" and "11.14" are 46758062, 46758063 and 46758065: modulo 12, 2, 3 and 5.
            let parts = [2: ["11.11.4.1\t"], 3: ["11.12.1.1\t", "11.12.1.2\t"], 5: ["11.14.2.2\t", "11.14.2.3\t"]]
            for part in 0..<12 { #expect(output.lines(part) == parts[part, default: []]) }
        }
    }

    /// The guide shows the keys as they are sorted. What a reducer is given differs: keys that the comparator calls equal come as
    /// the first of them (Hadoop's Task.ValuesIterator).
    @Test func keysAreSortedByTheirSecondFieldAsNumbers() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", Self.keys.map { $0 + "\n" }.joined())
            let output = try cluster.stream([
                "-D",
                "mapreduce.job.output.key.comparator.class="
                    + "org.apache.hadoop.mapreduce.lib.partition.KeyFieldBasedComparator",
                "-D", "stream.map.output.field.separator=.", "-D", "stream.num.map.output.key.fields=4", "-D",
                "mapreduce.map.output.key.field.separator=.", "-D", "mapreduce.partition.keycomparator.options=-k2,2nr",
                "-D", "mapreduce.job.reduces=1", "-input", cluster.uri("in"), "-mapper", "/bin/cat", "-reducer",
                "/bin/cat",
            ])
            #expect(
                output.lines(0) == ["11.14.2.3\t", "11.14.2.3\t", "11.12.1.2\t", "11.12.1.2\t", "11.11.4.1\t"])
        }
    }

    @Test func keysAreCountedByTheAggregatePackage() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", "b\t1\na\t2\nb\t3\n")
            try cluster.program(
                "myAggregatorForKeyCount.py",
                """
                #!/usr/bin/env python3
                import sys
                for line in sys.stdin:
                    print("LongValueSum:" + line[:-1].split("\\t")[0] + "\\t" + "1")
                """)
            let output = try cluster.stream([
                "-input", cluster.uri("in"), "-mapper", "myAggregatorForKeyCount.py", "-reducer", "aggregate", "-file",
                cluster.path("myAggregatorForKeyCount.py"),
            ])
            #expect(output.lines(0) == ["a\t1", "b\t2"])
        }
    }

    @Test func fieldsAreSelectedAsByCut() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", "a0.a1.a2.a3.a4.a5.a6\n")
            let selection = "org.apache.hadoop.mapred.lib.FieldSelectionMapReduce"
            let output = try cluster.stream([
                "-D", "mapreduce.map.output.key.field.separator=.", "-D",
                "mapreduce.partition.keypartitioner.options=-k1,2", "-D", "mapreduce.fieldsel.data.field.separator=.",
                "-D", "mapreduce.fieldsel.map.output.key.value.fields.spec=6,5,1-3:0-", "-D",
                "mapreduce.fieldsel.reduce.output.key.value.fields.spec=0-2:5-", "-D",
                "mapreduce.map.output.key.class=org.apache.hadoop.io.Text", "-D", "mapreduce.job.reduces=12", "-input",
                cluster.uri("in"), "-mapper", selection, "-reducer", selection, "-partitioner",
                "org.apache.hadoop.mapred.lib.KeyFieldBasedPartitioner",
            ])
            #expect(output.text == ["a6.a5.a1\ta0.a1.a2.a3.a4.a5.a6"])
        }
    }

    @Test func aVariableMayBeTheMapper() throws {
        try TestCluster.with { cluster in
            try cluster.write("marks", "alice\t50\nbruce\t70\ncharlie\t80\ndan\t75\n")
            let output = try cluster.stream([
                "-D", "mapreduce.job.name=Experiment", "-input", cluster.uri("marks"), "-mapper", "cut -f2", "-reducer",
                "cat",
            ])
            #expect(output.lines(0) == ["50\t", "70\t", "75\t", "80\t"])
        }
    }

    @Test func aPipeIsNoCommand() throws {
        try TestCluster.with { cluster in
            try cluster.write("in", "foo\n")
            let result = try cluster.run([
                "stream", "-input", cluster.uri("in"), "-output", cluster.uri("out"), "-mapper",
                "cut -f1 | sed s/foo/bar/g", "-reducer", "cat",
            ])
            #expect(result.status != 0 && result.error.contains("cut"))
        }
    }

    @Test func severalInputsBecomeOneInGzip() throws {
        try TestCluster.with { cluster in
            try cluster.write("dir1/a", "b\n")
            try cluster.write("dir2/a", "a\n")
            _ = try cluster.stream([
                "-input", cluster.uri("dir1"), "-input", cluster.uri("dir2"), "-mapper", "cat", "-reducer", "cat", "-D",
                "mapreduce.output.fileoutputformat.compress=true", "-D",
                "mapreduce.output.fileoutputformat.compress.codec=org.apache.hadoop.io.compress.GzipCodec",
            ])
            #expect(try cluster.shell("gunzip -c \(cluster.path("out"))/part-00000.gz") == "a\t\nb\t\n")
        }
    }
}
