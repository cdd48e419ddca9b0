import Foundation
import Testing

/// Input that is odd, and jobs that cannot work.
@Suite(.serialized) struct InputEdgeTests {
    /// Name, input, and what `cat` and `cat` must make of it.
    static let cases: [(String, Data, [Data])] = [
        ("a file without a byte", Data(), []),
        ("no line end at the end", Data("a\tb\nlast".utf8), [Data("a\tb".utf8), Data("last\t".utf8)]),
        ("no TAB", Data("key\n".utf8), [Data("key\t".utf8)]),
        ("several TABs", Data("k\tv\tw\n".utf8), [Data("k\tv\tw".utf8)]),
        ("an empty key", Data("\tv\n".utf8), [Data("\tv".utf8)]),
        ("empty lines", Data("\n\n".utf8), [Data("\t".utf8), Data("\t".utf8)]),
        ("CR LF", Data("a\tb\r\nc\td\r\n".utf8), [Data("a\tb".utf8), Data("c\td".utf8)]),
        (
            "bytes that are no UTF-8", Data([0xff, 0x00, 0xc3, 0x0a, 0x80, 0x09, 0xfe, 0x0a]),
            [Data([0x80, 0x09, 0xfe]), Data([0xff, 0x00, 0xc3, 0x09])]
        ),
    ]

    @Test func oddInputComesThroughAsItIs() throws {
        try TestCluster.with { cluster in
            for (index, (name, input, expected)) in Self.cases.enumerated() {
                try cluster.write("in\(index)", input)
                let output = try cluster.stream(
                    ["-input", cluster.uri("in\(index)"), "-mapper", "cat", "-reducer", "cat"], output: "out\(index)")
                #expect(output.sortedLines == expected, "\(name)")
            }
        }
    }

    @Test func anInputFolderWithoutFilesGivesEmptyOutput() throws {
        try TestCluster.with { cluster in
            try cluster.write("in/.hidden", "x\n")
            let output = try cluster.stream(
                ["-input", cluster.uri("in"), "-mapper", "cat", "-reducer", "cat", "-numReduceTasks", "2"])
            #expect(output.names == ["_SUCCESS", "part-00000", "part-00001"])
            #expect(output.sortedLines == [])
        }
    }

    @Test func aLineOf64MiBComesThrough() throws {
        try TestCluster.with { cluster in
            let line = Data(repeating: UInt8(ascii: "x"), count: 64 << 20)
            try cluster.write("text", line + Data("\nshort\n".utf8))
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-mapper", "cat", "-reducer", "cat", "-D",
                    "mapreduce.input.fileinputformat.split.maxsize=10000000",
                ])
            #expect(output.sortedLines == [Data("short\t".utf8), line + Data("\t".utf8)])
        }
    }

    @Test func aMapperThatReadsNothingIsNoFailure() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", sampleText(lines: 20_000))
            let output = try cluster.stream(["-input", cluster.uri("text"), "-mapper", "echo only", "-reducer", "cat"])
            #expect(output.text == ["only\t"])
        }
    }

    // MARK: - What cannot work

    @Test func aMissingMapperIsNamed() throws {
        try failing(mapper: "no-such-program") { error, _ in
            #expect(error.contains("no-such-program"))
            #expect(error.contains("job-1-map-0-1.3"))
        }
    }

    @Test func aFailedJobNamesAttemptNodeStatusAndLastLines() throws {
        try failing(mapper: "sh -c 'echo the reason >&2; exit 3'") { error, cluster in
            #expect(error.contains("status 3"))
            #expect(error.contains("the reason"))
            let job = try cluster.json(["job", "job-1"])
            let failure = try #require(job["failure"] as? [String: Any])
            #expect(failure["exitStatus"] as? Int == 3)
            #expect(failure["attempt"] as? String == "job-1-map-0-1.3")
            #expect(failure["node"] as? String == "core-1" || failure["node"] as? String == "core-2")
            #expect(failure["standardError"] as? String == "the reason\n")
            #expect(job["attemptsFailed"] as? Int == 4)
            #expect(job["state"] as? String == "failed")
        }
    }

    @Test func aMapperKilledByASignalFails() throws {
        try failing(mapper: "sh -c 'kill -9 $$'") { error, _ in #expect(error.contains("signal 9")) }
    }

    @Test func aBrokenGzipFileIsNamed() throws {
        try TestCluster.with { cluster in
            try cluster.write("text.gz", "this is not gzip")
            let result = try cluster.run([
                "stream", "-input", cluster.uri("text.gz"), "-output", cluster.uri("out"), "-mapper", "cat", "-reducer",
                "cat",
            ])
            #expect(result.status == 1)
            #expect(result.error.contains("text.gz is no whole gzip file"))
        }
    }

    @Test func attemptsWithoutProgressAreTimedOut() throws {
        try failing(mapper: "sleep 1000", ["-D", "mapreduce.task.timeout=200", "-D", "mapreduce.map.maxattempts=2"]) {
            error, _ in
            #expect(error.contains("mapreduce.task.timeout"))
        }
    }

    private func failing(mapper: String, _ more: [String] = [], _ check: (String, TestCluster) throws -> Void) throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a\n")
            let result = try cluster.run(
                [
                    "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", mapper,
                    "-reducer", "cat",
                ] + more)
            #expect(result.status == 1)
            #expect(!FileManager.default.fileExists(atPath: cluster.path("out")))
            try check(result.error, cluster)
        }
    }

    @Test func mistakesAreRefusedBeforeAnythingRuns() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            try cluster.write("there/file", "kept\n")
            try cluster.write("nested/folder/file", "x\n")
            func refusal(_ input: String, _ output: String) throws -> String {
                let result = try cluster.run([
                    "stream", "-input", input, "-output", output, "-mapper", "cat", "-reducer", "cat",
                ])
                #expect(result.status == 1)
                return result.error
            }
            #expect(try refusal(cluster.uri("text"), cluster.uri("there")).contains("already exists"))
            #expect(try refusal(cluster.uri("none"), cluster.uri("out")).contains("Input path does not exist"))
            #expect(try refusal(cluster.uri("*.none"), cluster.uri("out")).contains("matches 0 files"))
            #expect(try refusal(cluster.uri("nested"), cluster.uri("out")).contains("Not a file"))
            #expect(try refusal(cluster.path("text"), cluster.uri("out")).contains("file://"))
            #expect(try refusal("s3://bucket/key", cluster.uri("out")).contains("s3"))
            #expect(try cluster.run(["stream", "-inptu", "x"]).error.contains("did you mean -input?"))
            #expect(try (cluster.json(["jobs"])["jobs"] as? [Any])?.count == 0)
            #expect(try String(contentsOfFile: cluster.path("there/file"), encoding: .utf8) == "kept\n")
        }
    }
}
