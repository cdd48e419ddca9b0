import Foundation
import Testing

/// What Hadoop streaming's options do on real clusters.
@Suite(.serialized) struct StreamingTests {
    @Test func aCombinerChangesNothingButTheWay() throws {
        try TestCluster.with { cluster in
            let text = sampleText(lines: 2000, seed: 7)
            try cluster.write("text", text)
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-numReduceTasks", "2", "-combiner", "python3 reducer.py"]
                    + TestCluster.wordCount)
            #expect(output.text == TestCluster.countWords(text))
            let counters = try #require(try cluster.json(["counters", "job-1"])["counters"] as? [[String: Any]])
            func value(_ name: String) -> Int {
                counters.first { $0["name"] as? String == name }?["value"] as? Int ?? -1
            }
            #expect(value("COMBINE_INPUT_RECORDS") == value("MAP_OUTPUT_RECORDS"))
            #expect(value("COMBINE_OUTPUT_RECORDS") == value("REDUCE_INPUT_RECORDS"))
            #expect(value("REDUCE_INPUT_RECORDS") < value("MAP_OUTPUT_RECORDS"))
            #expect(value("REDUCE_OUTPUT_RECORDS") == output.text.count)
        }
    }

    @Test func withoutReducersWhatTheMappersWriteIsTheOutput() throws {
        try TestCluster.with { cluster in
            try cluster.write("in/a", "b\ta\n")
            try cluster.write("in/b", "a\tb\nno tab\n")
            let output = try cluster.stream(["-input", cluster.uri("in"), "-mapper", "cat", "-reducer", "NONE"])
            #expect(output.names == ["_SUCCESS", "part-00000", "part-00001"])
            #expect(output.parts.map { String(decoding: $0, as: UTF8.self) } == ["b\ta\n", "a\tb\nno tab\t\n"])
        }
    }

    @Test func inputsMayBePatternsAndGzip() throws {
        try TestCluster.with { cluster in
            try cluster.write("in/2024/a.txt", "plain\n")
            try cluster.write("in/2025/b.txt", "packed\n")
            try cluster.write("in/2025/c.csv", "not meant\n")
            let zip = Process()
            zip.executableURL = URL(filePath: "/bin/gzip")
            zip.arguments = [cluster.path("in/2025/b.txt")]
            try zip.run()
            zip.waitUntilExit()
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("in/202[45]/*.txt"), "-input", cluster.uri("in/*/*.{gz,zip}"), "-mapper",
                    "cat", "-reducer", "cat",
                ])
            #expect(output.text == ["packed\t", "plain\t"])
        }
    }

    @Test func programsSeeTheirJobAndTalkToIt() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "line\n")
            try cluster.write("data.txt", "beside\n")
            try cluster.program(
                "map",
                """
                #!/bin/sh
                cat > /dev/null
                echo "reporter:counter:Mine,seen,41" >&2
                echo "reporter:status:working" >&2
                echo "reporter:counter:Mine,seen,1" >&2
                echo "a line of the log" >&2
                echo "$mapreduce_job_name $mapreduce_job_id $mapreduce_task_ismap $my_own_property $GIVEN $(cat linked)"
                """)
            let output = try cluster.stream([
                "-D", "my.own.property=yes", "-D", "mapreduce.job.name=named", "-input", cluster.uri("text"),
                "-files", "\(cluster.path("map")),\(cluster.path("data.txt"))#linked", "-mapper", "map", "-reducer",
                "cat",
                "-cmdenv", "GIVEN=too",
            ])
            #expect(output.text == ["named job-1 true yes too beside\t"])
            let counters = try #require(try cluster.json(["counters", "1"])["counters"] as? [[String: Any]])
            #expect(
                counters.contains {
                    $0["group"] as? String == "Mine" && $0["name"] as? String == "seen" && $0["value"] as? Int == 42
                })
            #expect(try cluster.run(["logs", "job-1-map-0-1.0"]).output == "a line of the log\n")
        }
    }

    @Test func wordsOfACommandAreSplitWithoutAShell() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a b\n")
            let output = try cluster.stream(
                ["-input", cluster.uri("text"), "-mapper", "sed 's/a b/$HOME *|x/'", "-reducer", "cat"])
            #expect(output.text == ["$HOME *|x\t"])
        }
    }

    @Test func twoJobsShareTheCluster() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "a\n")
            for number in 1...2 {
                let result = try cluster.run([
                    "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out\(number)"),
                    "-mapper", "cat", "-reducer", "cat",
                ])
                #expect(result.output == "job-\(number)\n")
            }
            for number in 1...2 { #expect(try cluster.run(["wait", "\(number)", "--quiet"]).status == 0) }
            #expect(try cluster.read("out1").text == ["a\t"])
            #expect(try cluster.read("out2").text == ["a\t"])
        }
    }
}
