import Foundation
import Testing

/// How input is cut and read, and output compressed, on real clusters. What must come out was worked out by hand.
@Suite(.serialized) struct InputFormatTests {
    @Test func eachInputFormatGivesItsMappersWhatHadoopDoes() throws {
        try TestCluster.with { cluster in
            try cluster.write("in/a", "x,1\ny\n\n")
            try cluster.write("in/b", ",2,3\r\nlast")
            let cases: [(String, [String], [[String]])] = [
                ("TextInputFormat", [], [["x,1", "y", ""], [",2,3", "last"]]),
                (
                    "TextInputFormat", ["-D", "stream.map.input.ignoreKey=false"],
                    [["0|x,1", "4|y", "6|"], ["0|,2,3", "6|last"]]
                ),
                (
                    "KeyValueTextInputFormat",
                    ["-D", "mapreduce.input.keyvaluelinerecordreader.key.value.separator=,"],
                    [["x|1", "y|", "|"], ["|2,3", "last|"]]
                ),
                (
                    "org.apache.hadoop.mapred.lib.NLineInputFormat",
                    ["-D", "mapreduce.input.lineinputformat.linespermap=2"],
                    [["0|x,1", "4|y"], ["6|"], ["0|,2,3", "6|last"]]
                ),
                ("CombineTextInputFormat", [], [["0|x,1", "4|y", "6|", "0|,2,3", "6|last"]]),
            ]
            for (number, (format, more, expected)) in cases.enumerated() {
                // With a TAB of its own, each line is written as it is.
                let output = try cluster.stream(
                    [
                        "-input", cluster.uri("in"), "-inputformat", format, "-mapper", "sed -e s/\\t/|/ -e s/$/\\t./",
                        "-reducer", "NONE",
                    ] + more, output: "out\(number)")
                let parts = output.parts.map { String(decoding: $0, as: UTF8.self) }
                #expect(parts == expected.map { $0.map { "\($0)\t.\n" }.joined() }, "\(format) \(more)")
            }
        }
    }

    /// What an input format gives and a codec takes is the same for steps without a program.
    @Test func builtInStepsReadAnyInputAndWriteCompressedOutput() throws {
        try TestCluster.with { cluster in
            try cluster.write("in/a", "x,1\ny,3\n")
            try cluster.write("in/b", "\u{feff}x,2\n")
            try cluster.shell("zstd -q --rm \(cluster.path("in/b"))")
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("in"), "-inputformat", "KeyValueTextInputFormat", "-mapper", "IdentityMapper",
                    "-combiner", "LongSumReducer", "-reducer", "LongSumReducer",
                ]
                    + properties(
                        "mapreduce.input.keyvaluelinerecordreader.key.value.separator=,",
                        "mapreduce.output.textoutputformat.separator==", "mapred.output.compress=true",
                        "mapred.output.compression.codec=GzipCodec"))
            #expect(output.names == ["_SUCCESS", "part-00000.gz"])
            #expect(try cluster.shell("gunzip -c \(cluster.path("out/part-00000.gz"))") == "x=3\ny=3\n")

            let places = try cluster.stream(
                [
                    "-input", cluster.uri("out"), "-inputformat", "CombineTextInputFormat", "-mapper", "InverseMapper",
                    "-reducer", "NONE",
                ], output: "places")
            #expect(places.text == ["x=3\t0", "y=3\t4"])
        }
    }

    @Test func manySmallFilesCompressedOrNotAreOneSplit() throws {
        try TestCluster.with { cluster in
            var expected: [String] = []
            for number in 0..<40 {
                try cluster.write("in/\(number)", "line \(number)\n")
                expected.append("line \(number)\t")
                let program = ["", "gzip", "bzip2", "zstd -q --rm"][number % 4]
                if !program.isEmpty { try cluster.shell("\(program) \(cluster.path("in/\(number)"))") }
            }
            let output = try cluster.stream([
                "-input", cluster.uri("in"), "-inputformat", "CombineTextInputFormat", "-D",
                "stream.map.input.ignoreKey=true", "-mapper", "cat", "-reducer", "NONE",
            ])
            #expect(output.names == ["_SUCCESS", "part-00000"])
            #expect(output.text == expected.sorted())
        }
    }

    /// Blocks of 100 kB, and a file of several frames, are read by many map tasks, line by line.
    @Test(arguments: [
        ("bz2", "bzip2 -1 < text > in/a.bz2"),
        ("zst", "split -l 7000 text part && for name in part*; do zstd -qc $name; done > in/a.zst"),
    ])
    func largeCompressedFilesAreCut(ending: String, command: String) throws {
        try TestCluster.with { cluster in
            let lines = (0..<30_000).map { "\($0) \($0 * 7919 % 30_011)" }
            try cluster.write("text", lines.map { $0 + "\n" }.joined())
            try cluster.write("in/.hidden", "")
            try cluster.shell("cd \(cluster.folder) && \(command)")
            let output = try cluster.stream(
                ["-input", cluster.uri("in"), "-mapper", "cat", "-reducer", "NONE"]
                    + properties("mapreduce.input.fileinputformat.split.maxsize=30000"))
            #expect(output.parts.filter { !$0.isEmpty }.count > 2, "\(output.parts.map(\.count))")
            #expect(output.parts.indices.flatMap { output.lines($0) } == lines.map { $0 + "\t" })
        }
    }

    @Test func linesOfACompressedFileMayBeASplit() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a\nb\nc\nd\ne\n")
            try cluster.shell("gzip \(cluster.path("text"))")
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text.gz"), "-inputformat", "NLineInputFormat", "-mapper", "cat", "-reducer",
                    "NONE",
                ] + properties("mapreduce.input.lineinputformat.linespermap=2"))
            #expect(
                output.parts.indices.map { output.lines($0) } == [["0\ta", "2\tb"], ["4\tc", "6\td"], ["8\te"]])
        }
    }

    @Test func aFileThatHoldsMoreThanMemoryShouldIsReadInPieces() throws {
        try TestCluster.with(core: 1) { cluster in
            // 128 MiB of zeros, which are one line, in 600 kB of gzip.
            try cluster.shell("head -c 134217728 /dev/zero | gzip -1 > \(cluster.path("zeros.gz"))")
            let output = try cluster.stream([
                "-input", cluster.uri("zeros.gz"), "-mapper",
                "sh -c 'wc -c; grep VmHWM /proc/$PPID/status | tr -dc 0-9'", "-reducer", "NONE",
            ])
            let lines = output.parts.flatMap { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
            #expect(lines.first == "134217729\t", "\(lines)")
            // The container is its parent.
            let kilobytes = try #require(lines.last.flatMap { Int($0.dropLast()) })
            #expect(kilobytes < 100_000, "the container has taken \(kilobytes) kB")
        }
    }

    @Test(arguments: [("gzip", "gz"), ("bzip2", "bz2"), ("zstd -q --rm", "zst")])
    func membersOneAfterAnotherAreReadAndDamageFails(program: String, ending: String) throws {
        try TestCluster.with { cluster in
            for name in ["a", "b"] {
                try cluster.write(name, "\(name)\n")
                try cluster.shell("\(program) \(cluster.path(name))")
            }
            let whole = cluster.path("in/whole.\(ending)")
            try cluster.write("in/.hidden", "no\n")
            try cluster.shell("cat \(cluster.path("a")).\(ending) \(cluster.path("b")).\(ending) > \(whole)")
            let output = try cluster.stream(["-input", cluster.uri("in/*"), "-mapper", "cat", "-reducer", "cat"])
            #expect(output.text == ["a\t", "b\t"])

            try cluster.shell("head -c -3 \(whole) > \(cluster.path("cut.\(ending)"))")
            let result = try cluster.run([
                "stream", "-input", cluster.uri("cut.\(ending)"), "-output", cluster.uri("none"), "-mapper", "cat",
                "-reducer", "cat",
            ])
            #expect(result.status == 1)
            #expect(result.error.contains("cut.\(ending) is no whole"), "\(result.error)")
            #expect(result.error.contains("it ends where more of it should follow, at byte"), "\(result.error)")
        }
    }

    @Test(arguments: [
        ("GzipCodec", "gz", "gunzip -c"), ("BZip2Codec", "bz2", "bunzip2 -c"), ("ZStandardCodec", "zst", "zstd -dc"),
        (
            "DefaultCodec", "deflate",
            "python3 -c 'import sys,zlib; sys.stdout.buffer.write(zlib.decompress(open(sys.argv[1],\"rb\").read()))'"
        ),
    ])
    func compressedOutputIsReadByTheFormatsOwnPrograms(codec: String, ending: String, program: String) throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "b\na\nb\n")
            let output = try cluster.stream(
                [
                    "-D", "mapred.output.compress=true", "-D",
                    "mapreduce.output.fileoutputformat.compress.codec=org.apache.hadoop.io.compress.\(codec)", "-D",
                    "mapreduce.map.output.compress=true", "-input", cluster.uri("text"), "-numReduceTasks", "2",
                ] + TestCluster.wordCount)
            #expect(output.names == ["_SUCCESS", "part-00000.\(ending)", "part-00001.\(ending)"])
            let unpacked = try (0..<2).map {
                try cluster.shell("\(program) \(cluster.path("out/part-0000\($0).\(ending)"))")
            }
            // Hadoop's hash of a Text of one byte is 31 and the byte: 128 for "a", 129 for "b".
            #expect(unpacked == ["a\t1\n", "b\t2\n"])
            let again = try cluster.stream(
                ["-input", cluster.uri("out"), "-mapper", "cat", "-reducer", "cat"], output: "again")
            #expect(again.text == ["a\t1", "b\t2"])
        }
    }
}

extension TestCluster {
    /// Runs a line of the shell, which must succeed, and gives what it printed.
    @discardableResult
    func shell(_ line: String) throws -> String {
        let result = try Self.run(["-c", line], environment, program: "/bin/sh")
        try #require(result.status == 0, "\(line): \(result.error)")
        return result.output
    }
}
