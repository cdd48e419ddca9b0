import Foundation
import Testing

/// SequenceFiles as a job's input and output.
@Suite(.serialized) struct SequenceFileTests {
    private static let type = "mapreduce.output.fileoutputformat.compress.type"

    @Test(arguments: ["NONE", "RECORD", "BLOCK"]) func whatOneJobWritesAnotherReads(type: String) throws {
        try TestCluster.with(core: 2) { cluster in
            let lines = (0..<20_000).map { "key \($0)\tvalue \($0 % 100)" }
            try cluster.write("text", lines.map { $0 + "\n" }.joined())
            let written = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-mapper", "cat", "-numReduceTasks", "0", "-outputformat",
                    "org.apache.hadoop.mapred.SequenceFileOutputFormat", "-D",
                    "mapreduce.output.fileoutputformat.compress=true", "-D", "\(Self.type)=\(type)",
                ], output: "files")
            #expect(written.names == ["_SUCCESS", "part-00000"])
            let read = try cluster.stream([
                "-input", cluster.uri("files"), "-inputformat", "SequenceFileAsTextInputFormat", "-mapper", "cat",
                "-reducer", "cat", "-numReduceTasks", "2", "-D", "mapreduce.input.fileinputformat.split.maxsize=30000",
            ])
            #expect(read.text.sorted() == lines.sorted())
            let counters = try cluster.run(["counters", "job-2"]).output.split(separator: "\n")
            #expect(counters.contains { $0.contains("MAP_INPUT_RECORDS") && $0.hasSuffix(" 20000") })
            #expect(try cluster.json(["job", "job-2"])["state"] as? String == "succeeded")
        }
    }

    /// What is in keys and values need not be lines.
    @Test func builtInStepsReadKeysAndValues() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "b\t1\na\t2\n")
            _ = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat", "-outputformat",
                    "SequenceFileOutputFormat",
                ], output: "files")
            for (format, ignoresKey, expected) in [
                ("SequenceFileInputFormat", "false", ["1\tb", "2\ta"]),
                ("SequenceFileAsTextInputFormat", "false", ["1\tb", "2\ta"]),
            ] {
                let inverted = try cluster.stream(
                    [
                        "-input", cluster.uri("files"), "-inputformat", format, "-mapper", "InverseMapper", "-reducer",
                        "IdentityReducer", "-D", "stream.map.input.ignoreKey=\(ignoresKey)",
                    ], output: "inverted-\(format)")
                #expect(inverted.text == expected)
            }
            let values = try cluster.stream([
                "-input", cluster.uri("files"), "-inputformat", "SequenceFileInputFormat", "-mapper", "cat",
                "-numReduceTasks", "0", "-D", "stream.map.input.ignoreKey=true",
            ])
            #expect(values.text == ["1\t", "2\t"])
        }
    }

    @Test func aFileThatIsNoneFailsTheJobInWords() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "no such thing\n")
            let result = try cluster.run([
                "stream", "--quiet", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-inputformat",
                "SequenceFileAsTextInputFormat", "-mapper", "cat", "-D", "mapreduce.map.maxattempts=1",
            ])
            #expect(result.status != 0)
            #expect(result.error.contains("text is no SequenceFile: it does not begin with SEQ"), "\(result.error)")
            let example = try cluster.run([
                "example", "wordcount", "-D", "mapreduce.job.inputformat.class=SequenceFileInputFormat",
                cluster.path("text"), cluster.path("out"),
            ])
            #expect(example.status != 0)
            #expect(example.error.contains("wordcount does not read SequenceFiles"), "\(example.error)")
        }
    }
}
