import Foundation
import Testing

/// Jobs on real clusters against a sequential oracle.
@Suite(.serialized) struct StreamingTests {
    @Test func wordCountEqualsASequentialCount() throws {
        try TestCluster.with { cluster in
            let text = sampleText(lines: 5000)
            try cluster.write("text", text)
            let output = try cluster.stream(
                [
                    "-input", cluster.uri("text"), "-numReduceTasks", "3", "-D",
                    "mapreduce.input.fileinputformat.split.maxsize=20000",
                ]
                    + TestCluster.wordCount)
            #expect(output.names == ["_SUCCESS", "part-00000", "part-00001", "part-00002"])
            #expect(output.text == TestCluster.countWords(text))
        }
    }

    @Test func anInvertedIndexNamesTheFilesOfEachWord() throws {
        try TestCluster.with { cluster in
            try cluster.write("in/a", "one two\n")
            try cluster.write("in/b", "two three\ntwo\n")
            try cluster.write("in/_hidden", "never\n")
            try cluster.program(
                "map.py",
                """
                import os, sys
                name = os.path.basename(os.environ["mapreduce_map_input_file"])
                for line in sys.stdin:
                    for word in line.split():
                        print(word + "\\t" + name)
                """)
            try cluster.program(
                "reduce.py",
                """
                import sys
                from itertools import groupby
                pairs = (line.rstrip("\\n").split("\\t") for line in sys.stdin)
                for word, group in groupby(pairs, key=lambda pair: pair[0]):
                    print(word + "\\t" + ",".join(sorted({name for _, name in group})))
                """)
            let output = try cluster.stream([
                "-input", cluster.uri("in"), "-files", "\(cluster.path("map.py")),\(cluster.path("reduce.py"))",
                "-mapper", "python3 map.py", "-reducer", "python3 reduce.py",
            ])
            #expect(output.text == ["one\ta", "three\tb", "two\ta,b"])
        }
    }

    /// Each of two tasks waits for the other at a pipe, so both must run at once.
    @Test(arguments: ["map", "reduce"]) func twoTasksReallyRunAtOnce(kind: String) throws {
        try TestCluster.with(core: 2) { cluster in
            try cluster.write("in/a", "x\n")
            try cluster.write("in/b", "y\n")
            #expect(mkfifo(cluster.path("meeting"), 0o600) == 0)
            try cluster.program(
                "meet",
                """
                #!/bin/sh
                if [ "$mapreduce_task_partition" = 0 ]; then echo here > "$MEETING"; else cat "$MEETING" >&2; fi
                exec cat
                """)
            let commands =
                kind == "map" ? ["-mapper", "meet", "-reducer", "cat"] : ["-mapper", "cat", "-reducer", "meet"]
            let output = try cluster.stream(
                ["-input", cluster.uri("in"), "-numReduceTasks", "2", "-files", cluster.path("meet")] + commands
                    + ["-cmdenv", "MEETING=\(cluster.path("meeting"))"])
            #expect(output.text == ["x\t", "y\t"])
        }
    }

    @Test func eachMapRunsExactlyOnceWhenNothingFails() throws {
        try TestCluster.with { cluster in
            for number in 0..<12 { try cluster.write("in/\(number)", "line\n") }
            try cluster.program("map", "#!/bin/sh\necho \"$mapreduce_task_partition\" >> \"$RUNS\"\nexec cat\n")
            _ = try cluster.stream([
                "-input", cluster.uri("in"), "-files", cluster.path("map"), "-mapper", "map", "-reducer", "cat",
                "-cmdenv", "RUNS=\(cluster.path("runs"))",
            ])
            let runs = try String(contentsOfFile: cluster.path("runs"), encoding: .utf8).split(separator: "\n")
                .compactMap { Int($0) }
            #expect(runs.sorted() == Array(0..<12))
        }
    }

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
