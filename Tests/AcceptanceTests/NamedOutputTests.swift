import Foundation
import Testing

/// Several outputs of one job, on real clusters. What must come out was worked out by hand.
@Suite(.serialized) struct NamedOutputTests {
    /// Upper case letters are for one of the outputs.
    private static let text = "a\t1\nB\t2\nc\t3\nD\t4\n"
    private static let mapper = "sed 's/^[A-Z]/upper\t&/'"

    /// By Hadoop's hash "a" is 31 + 97 = 128 and "c" 130, which are even, and "upper" is 140128577.
    @Test func aReducersLinesGoToTheOutputsThatTheyName() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", Self.text)
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-mapper", Self.mapper, "-reducer", "cat", "-numReduceTasks", "2",
                ] + properties("martlet.multiple.outputs=upper,none"))
            #expect(output.names == ["_SUCCESS", "part-00000", "part-00001", "upper-r-00001"])
            #expect(output.lines(0) == ["a\t1", "c\t3"])
            #expect(output.lines(1) == [])
            #expect(try cluster.lines("out/upper-r-00001") == ["B\t2", "D\t4"])
            #expect(try cluster.counters("job-1")["REDUCE_OUTPUT_RECORDS"] == 4)
        }
    }

    /// The name is the first of the key's two fields; key and value are written as in the job's own output.
    @Test func aKeyOfSeveralFieldsBeginsWithTheName() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", Self.text)
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", Self.mapper, "-reducer", "cat"]
                    + properties(
                        "martlet.multiple.outputs=upper", "stream.num.reduce.output.key.fields=2",
                        "mapreduce.output.textoutputformat.separator==",
                        "mapreduce.output.fileoutputformat.compress=true",
                        "mapreduce.output.fileoutputformat.compress.codec=GzipCodec"))
            #expect(output.names == ["_SUCCESS", "part-00000.gz", "upper-r-00000.gz"])
            try cluster.shell("gunzip \(cluster.path("out/upper-r-00000.gz")) \(cluster.path("out/part-00000.gz"))")
            #expect(try cluster.lines("out/upper-r-00000") == ["B=2", "D=4"])
            #expect(try cluster.lines("out/part-00000") == ["a\t1=", "c\t3="])
        }
    }

    @Test func mappersWithoutReducersHaveThemToo() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", Self.text)
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", Self.mapper, "-reducer", "NONE"]
                    + properties(
                        "martlet.multiple.outputs=upper", "mapreduce.input.fileinputformat.split.maxsize=8"))
            #expect(
                output.names == ["_SUCCESS", "part-00000", "part-00001", "upper-m-00000", "upper-m-00001"])
            #expect(try cluster.lines("out/upper-m-00000") + cluster.lines("out/upper-m-00001") == ["B\t2", "D\t4"])
            #expect(output.text == ["a\t1", "c\t3"])
        }
    }
}

extension TestCluster {
    /// Of a file in the cluster's folder.
    fileprivate func lines(_ name: String) throws -> [String] {
        try String(contentsOfFile: path(name), encoding: .utf8).split(separator: "\n").map(String.init)
    }
}
