import Foundation
import Testing

/// `martlet example`: native jobs on real clusters, each against what is plainly right.
@Suite(.serialized) struct ExampleTests {
    @Test func wordcountCountsWords() throws {
        try TestCluster.with { cluster in
            let text =
                sampleText(lines: 20_000, seed: 7) + Data("a-word-of-more-than-fifteen-bytes twice\n".utf8)
                + Data("no line end, and a-word-of-more-than-fifteen-bytes".utf8)
            try cluster.write("text", text)
            // Lines are cut anywhere by splits, and words by pieces.
            try example(
                cluster, "wordcount", "-D", "mapreduce.input.fileinputformat.split.maxsize=40000", "-D",
                "mapreduce.job.reduces=3", cluster.path("text"), cluster.path("out"))
            let output = try cluster.read("out")
            #expect(output.names == ["_SUCCESS", "part-00000", "part-00001", "part-00002"])
            #expect(output.text.sorted() == TestCluster.countWords(text))
            let counters = try cluster.counters("job-1")
            #expect(counters["MAP_INPUT_RECORDS"] == 20_002)
            #expect(counters["MAP_OUTPUT_RECORDS"] == words(text).count)
            #expect(counters["COMBINE_INPUT_RECORDS"] == words(text).count)
            #expect(counters["COMBINE_OUTPUT_RECORDS"] == counters["REDUCE_INPUT_RECORDS"])
            #expect(counters["SPILLED_RECORDS"] == counters["REDUCE_INPUT_RECORDS"])
            #expect(counters["REDUCE_OUTPUT_RECORDS"] == Set(words(text)).count)
        }
    }

    /// Many more different words than the smallest sort buffer's table has room for.
    @Test func wordcountOfMoreWordsThanItsTableHolds() throws {
        try TestCluster.with { cluster in
            let text = Data((0..<120_000).map { "word-\($0 % 60_000)\n" }.joined().utf8)
            try cluster.write("text", text)
            try example(
                cluster, "wordcount", "-D", "mapreduce.task.io.sort.mb=1", cluster.path("text"), cluster.path("out"))
            #expect(try cluster.read("out").text.sorted() == TestCluster.countWords(text))
        }
    }

    /// The table has them by their bytes, and maps' outputs are merged by the order of the job.
    @Test func wordcountKeepsToTheOrderThatItIsTold() throws {
        try TestCluster.with { cluster in
            let text = sampleText(lines: 2000, seed: 11)
            try cluster.write("text", text)
            try example(
                cluster, "wordcount", "-D", "mapreduce.input.fileinputformat.split.maxsize=9000", "-D",
                "mapreduce.job.output.key.comparator.class=KeyFieldBasedComparator", "-D",
                "mapreduce.partition.keycomparator.options=-r", "-D", "mapreduce.job.reduces=1", cluster.path("text"),
                cluster.path("out"))
            #expect(try cluster.read("out").lines(0) == TestCluster.countWords(text).reversed())
        }
    }

    @Test func wordsAreMeasured() throws {
        try TestCluster.with { cluster in
            // 5 words of 1, 2, 3, 10 and 120 characters; two bytes are one character, four are two of Java's.
            try cluster.write("text", "a b\u{e9}\nc\u{1f600} 0123456789 \(String(repeating: "x", count: 120))\n")
            let mean = try cluster.run(["example", "wordmean", cluster.path("text"), cluster.path("mean")])
            #expect(mean.output.hasSuffix("The mean is: 27.2\n"), "\(mean.output) \(mean.error)")
            #expect(try cluster.read("mean").lines(0) == ["count\t5", "length\t136"])
            let median = try cluster.run(["example", "wordmedian", cluster.path("text"), cluster.path("median")])
            #expect(median.output.hasSuffix("The median is: 3\n"), "\(median.output) \(median.error)")
            #expect(try cluster.read("median").lines(0) == ["1\t1", "2\t1", "3\t1", "10\t1", "120\t1"])
            try cluster.write("nothing", "")
            let none = try cluster.run(["example", "wordmedian", cluster.path("nothing"), cluster.path("none")])
            #expect(none.output.hasSuffix("There is no word.\n"), "\(none.output) \(none.error)")
        }
    }

    /// The first three as tutorials of Hadoop show them.
    @Test(arguments: [
        ("2", "5", "3.60000000000000000000"), ("10", "100", "3.14800000000000000000"),
        ("16", "1000", "3.14250000000000000000"), ("3", "7", "3.80952380952380952381"),
    ])
    func piIsEstimated(maps: String, samples: String, expected: String) throws {
        try TestCluster.with { cluster in
            let result = try cluster.run(["example", "pi", maps, samples])
            #expect(result.output.hasSuffix("\nEstimated value of Pi is \(expected)\n"), "\(result.error)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: ".").allSatisfy { !$0.hasPrefix("Quasi") })
            #expect(try (cluster.json(["job", "job-1"])["maps"] as? [String: Any])?["total"] as? Int == Int(maps))
            #expect(try cluster.counters("job-1")["MAP_INPUT_RECORDS"] == (Int(maps) ?? 0) * (Int(samples) ?? 0))
            for wrong in [["0", "1"], ["1", "0"], ["x", "1"], ["100001", "1"], ["1"]] {
                #expect(try cluster.run(["example", "pi"] + wrong).status != 0)
            }
        }
    }

    @Test func wordsAreCountedByOtherNamesToo() throws {
        try TestCluster.with { cluster in
            let texts = (0..<30).map { sampleText(lines: 20, seed: UInt64($0)) }
            for (number, text) in texts.enumerated() { try cluster.write("in/\(number)", text) }
            let counts = TestCluster.countWords(texts.reduce(Data(), +))
            try example(cluster, "multifilewc", cluster.path("in"), cluster.path("multi"))
            #expect(try cluster.read("multi").lines(0) == counts)
            #expect(try (cluster.json(["job", "job-1"])["maps"] as? [String: Any])?["total"] as? Int == 1)
            try example(cluster, "aggregatewordcount", cluster.path("in"), cluster.path("aggregated"), "2")
            let output = try cluster.read("aggregated")
            #expect(output.names == ["_SUCCESS", "part-00000", "part-00001"])
            #expect(output.text.sorted() == counts)
        }
    }

    /// Far longer than what is read at once.
    @Test func linesMayBeLong() throws {
        try TestCluster.with { cluster in
            let long = String(repeating: "long ", count: 3 << 20)
            try cluster.write("text", "short\n\(long)\nshort\n")
            try example(cluster, "grep", "--lines", cluster.path("text"), cluster.path("lines"), "long$|or")
            #expect(try cluster.read("lines").text.map(\.utf8.count) == [5, 5])
            try example(cluster, "wordcount", cluster.path("text"), cluster.path("out"))
            #expect(try cluster.read("out").text == ["long\t\(3 << 20)", "short\t2"])
        }
    }

    @Test func compressedInputIsCountedToo() throws {
        try TestCluster.with { cluster in
            let text = sampleText(lines: 3000, seed: 8)
            try cluster.write("text", text)
            let packed = try TestCluster.run([cluster.path("text")], [:], program: "/bin/gzip")
            #expect(packed.status == 0, "\(packed.error)")
            try example(cluster, "wordcount", cluster.path("text.gz"), cluster.path("out"))
            #expect(try cluster.read("out").text.sorted() == TestCluster.countWords(text))
        }
    }

    @Test func grepFindsLines() throws {
        try TestCluster.with { cluster in
            let text = sampleText(lines: 5000, seed: 9)
            try cluster.write("text", text)
            try example(
                cluster, "grep", "--lines", "-D", "mapreduce.input.fileinputformat.split.maxsize=30000",
                cluster.path("text"), cluster.path("out"), "a")
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
            let parts = try cluster.read("out").parts.map { String(decoding: $0, as: UTF8.self) }
            #expect(parts.count > 1)
            #expect(parts.joined() == lines.filter { $0.contains("a") }.map { $0 + "\n" }.joined())
        }
    }

    @Test func grepFindsLinesByARegularExpression() throws {
        try TestCluster.with { cluster in
            try cluster.write("text", "one\ntwo\nthree\ntoo\n")
            try example(cluster, "grep", "--lines", cluster.path("text"), cluster.path("out"), "^t[ow]+$")
            #expect(try cluster.read("out").text == ["too", "two"])
        }
    }

    @Test func whatTeragenMakesIsSortedAndFoundSound() throws {
        try TestCluster.with { cluster in
            try example(cluster, "teragen", "5000", cluster.path("records"))
            try example(
                cluster, "terasort", "-D", "mapreduce.input.fileinputformat.split.maxsize=70050", "-D",
                "mapreduce.job.reduces=3", cluster.path("records"), cluster.path("sorted"))
            let (made, sorted) = (try records(cluster, "records"), try records(cluster, "sorted"))
            #expect(made.count == 5000)
            #expect(sorted == made.sorted { $0.prefix(10).lexicographicallyPrecedes($1.prefix(10)) })
            // The sampler shares the work out.
            let parts = try (0..<3).map {
                try Data(contentsOf: URL(filePath: cluster.path("sorted/part-0000\($0)"))).count
            }
            #expect(parts.allSatisfy { $0 > 100_000 })
            try example(cluster, "teravalidate", cluster.path("sorted"), cluster.path("report"))
            #expect(try cluster.read("report").text.map { $0.prefix(9) } == ["checksum\t"])
            try example(cluster, "teravalidate", cluster.path("records"), cluster.path("report2"))
            let report = try cluster.read("report2").text
            #expect(report.contains { $0.hasPrefix("error\tmisorder in file://\(cluster.path("records/part-00000"))") })
            // The checksum does not depend on the order.
            #expect(report.contains(try #require(try cluster.read("report").text.first)))
        }
    }

    @Test func teravalidateSeesPartsThatOverlap() throws {
        try TestCluster.with { cluster in
            func record(_ letter: String) -> String { String(repeating: letter, count: 98) + "\r\n" }
            try cluster.write("parts/part-00000", record("a") + record("c"))
            try cluster.write("parts/part-00001", record("b") + record("d"))
            try example(cluster, "teravalidate", cluster.path("parts"), cluster.path("report"))
            let report = try cluster.read("report").text
            #expect(report.count == 2)
            #expect(
                report.contains { $0.hasPrefix("error\tbad key partitioning: ") && $0.contains("part-00001:begin") })
        }
    }

    @Test(arguments: [
        (["wordcound", "in", "out"], "did you mean wordcount?"), (["wordcount", "in"], "IN... OUT"),
        (["teragen", "-3", "out"], "number of rows"), (["teragen", "many", "out"], "number of rows"),
        (["grep", "in", "out", "text"], "--lines"), (["grep", "--lines", "in", "out", "te(xt"], "te(xt"),
        (["terasort", "in", "out"], "in"),
        (["teragen", "-D", "mapreduce.job.reduces", "5", "out"], "NAME=VALUE"),
    ])
    func whatCannotBeRunIsRefused(arguments: [String], expected: String) throws {
        try TestCluster.with { cluster in
            let result = try cluster.run(["example"] + arguments)
            #expect(result.status != 0)
            #expect(result.error.contains(expected), "\(result.error)")
        }
    }

    /// Named with the place where records should end.
    @Test func recordsThatAreCutShortAreRefused() throws {
        try TestCluster.with { cluster in
            try cluster.write("records", String(repeating: "r", count: 250))
            let result = try cluster.run(["example", "terasort", cluster.path("records"), cluster.path("out")])
            #expect(result.status == 1)
            #expect(result.error.contains("ends at byte 250 in the middle of a record of 100 bytes"), "\(result.error)")
        }
    }

    @Test func splitsOfWholeLinesAreCountedOnce() throws {
        try TestCluster.with { cluster in
            let text = sampleText(lines: 100, seed: 10)
            try cluster.write("text", text)
            try example(
                cluster, "wordcount", "-D", "mapreduce.job.inputformat.class=NLineInputFormat", "-D",
                "mapreduce.input.lineinputformat.linespermap=7", cluster.path("text"), cluster.path("out"))
            #expect(try cluster.read("out").text == TestCluster.countWords(text))
        }
    }

    @Test func recordsOfSeveralFilesInASplitAreRefused() throws {
        try TestCluster.with { cluster in
            for name in ["a", "b"] { try cluster.write("in/\(name)", String(repeating: "r", count: 100)) }
            let result = try cluster.run([
                "example", "terasort", "-D", "mapreduce.job.inputformat.class=CombineTextInputFormat", "-D",
                "mapreduce.map.maxattempts=1", cluster.path("in"), cluster.path("out"),
            ])
            #expect(result.status == 1)
            #expect(result.error.contains("one of several in a split"), "\(result.error)")
        }
    }

    private func example(_ cluster: TestCluster, _ arguments: String...) throws {
        let result = try cluster.run(["example"] + arguments)
        #expect(result.status == 0, "\(arguments): \(result.error)")
    }

    private func words(_ text: Data) -> [String] {
        String(decoding: text, as: UTF8.self).split { $0.isWhitespace }.map(String.init)
    }

    private func records(_ cluster: TestCluster, _ folder: String) throws -> [[UInt8]] {
        let names = try FileManager.default.contentsOfDirectory(atPath: cluster.path(folder)).sorted()
        let bytes = try names.filter { $0.hasPrefix("part-") }.flatMap {
            [UInt8](try Data(contentsOf: URL(filePath: cluster.path("\(folder)/\($0)"))))
        }
        return stride(from: 0, to: bytes.count, by: 100).map { Array(bytes[$0..<min($0 + 100, bytes.count)]) }
    }
}
