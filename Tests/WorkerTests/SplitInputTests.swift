import ClusterModel
import FileSystems
import Foundation
import MapReduce
import Records
import SeededNumbers
import Testing

@testable import Worker

/// However files are cut into splits, the mappers together read each line once.
@Suite struct SplitInputTests {
    @Test(arguments: 0..<60) func eachLineIsReadOnceHoweverTheFilesAreCut(seed: Int) throws {
        try Self.withFolder { folder in
            var random = SplitMix64(seed: seed)
            let names = ["a", "b", "c.gz", "d", "e.zst", "f.bz2", "g.deflate", "h"]
            var expected: [String] = []
            for name in names where random.below(4) > 0 {
                // Members, streams and frames of a compressed file end anywhere in a line.
                let texts = (0...random.below(4)).map { _ in random.text() }
                expected += Self.lines(texts.joined())
                let mark = random.below(3) == 0 ? "\u{feff}" : ""
                try Self.write("\(folder)/\(name)", [mark + texts[0]] + texts.dropFirst())
            }
            let files = try InputListing.files(["file://\(folder)"])
            let size = 1 + random.below(60)
            let cuts = [
                ("by size", try InputListing.splits(files, maxSize: size)),
                ("combined", try InputListing.combinedSplits(files, size: size)),
                ("by lines", try InputListing.lineSplits(files, linesPerSplit: 1 + size % 4)),
            ]
            for (name, splits) in cuts {
                let areLines = name == "by lines"
                let found = try splits.flatMap { try Self.read($0, of: files, .line, areLines: areLines) }
                #expect(found == expected, "\(name), size \(size)")
                let placed = try splits.flatMap { try Self.read($0, of: files, .offsetAndLine, areLines: areLines) }
                #expect(placed.map { String($0.drop { $0 != "\t" }.dropFirst()) } == expected, "\(name), size \(size)")
            }
        }
    }

    @Test func aMapperReadsKeysAndValuesOrOneOfThem() throws {
        try Self.withFolder { folder in
            try Self.write("\(folder)/a", "x,1\ny\n,2,3")
            let files = try InputListing.files(["file://\(folder)"])
            let split = try InputListing.splits(files, maxSize: 100)[0]
            #expect(try Self.read(split, of: files, .line) == ["x,1", "y", ",2,3"])
            #expect(try Self.read(split, of: files, .offsetAndLine) == ["0\tx,1", "4\ty", "6\t,2,3"])
            #expect(try Self.read(split, of: files, .keyAndValue) == ["x\t1", "y\t", "\t2,3"])
            #expect(try Self.read(split, of: files, .value) == ["1", "", "2,3"])
        }
    }

    @Test(arguments: ["::", ""]) func aMapperReadsTheSeparatorThatIsSaid(separator: String) throws {
        try Self.withFolder { folder in
            try Self.write("\(folder)/a", "x,1\ny")
            let files = try InputListing.files(["file://\(folder)"])
            let split = try InputListing.splits(files, maxSize: 100)[0]
            for (reading, expected) in [
                (MapperInput.line, "x,1\ny\n"), (.offsetAndLine, "0\(separator)x,1\n4\(separator)y\n"),
                (.keyAndValue, "x\(separator)1\ny\(separator)\n"), (.value, "1\n\n"),
            ] {
                let input = try Self.input(split, of: files, reading, separator: separator)
                var bytes: [UInt8] = []
                while let chunk = try input.nextLines() { bytes += chunk }
                #expect(String(decoding: bytes, as: UTF8.self) == expected)
            }
        }
    }

    /// Whatever a program would read of it.
    @Test(arguments: [
        (MapperInput.line, [["0", "x\t,1"], ["8", "y"]]), (.offsetAndLine, [["0", "x\t,1"], ["8", "y"]]),
        (.keyAndValue, [["x\t", "1"], ["y", ""]]), (.value, [["x\t", "1"], ["y", ""]]),
    ])
    func aMapperThatIsBuiltInIsGivenKeysAndValues(reading: MapperInput, expected: [[String]]) throws {
        try Self.withFolder { folder in
            try Self.write("\(folder)/a.gz", "\u{feff}x\t,1\ny")
            let files = try InputListing.files(["file://\(folder)"])
            let split = try InputListing.splits(files, maxSize: 100)[0]
            let input = try Self.input(split, of: files, reading, separator: ":", for: IdentityTransform())
            #expect(try Self.records(input) == expected)
            let keyless = try Self.input(split, of: files, reading, for: LineTransform(.standard))
            #expect(try Self.records(keyless).map(\.[1]) == expected.map(\.[1]))
        }
    }

    /// The second stream begins where the second piece does, its block 4 bytes further on: places count from there, as on
    /// Hadoop.
    @Test func placesOfABzip2SplitCountFromItsFirstBlock() throws {
        try Self.withFolder { folder in
            let texts = ["one\ntw", "o\nthree\nfo", "ur\n"]
            try Self.write("\(folder)/a.bz2", texts[0])
            let length = try FileReader("\(folder)/a.bz2").length
            try Self.write("\(folder)/a.bz2", texts)
            let files = try InputListing.files(["file://\(folder)"])
            let splits = try InputListing.splits(files, maxSize: length)
            let lines = try splits.map { try Self.read($0, of: files, .offsetAndLine) }
            #expect(lines[0] == ["0\tone", "4\ttwo"])
            #expect(lines[1] == ["\(length + 4 + 2)\tthree", "\(length + 4 + 8)\tfour"])
            #expect(lines[2...].allSatisfy { $0.isEmpty })
        }
    }

    @Test func placesOfACompressedFileAreThoseOfItsContent() throws {
        try Self.withFolder { folder in
            try Self.write("\(folder)/a.gz", "one\ntwo\n")
            try Self.write("\(folder)/b", "three\n")
            let files = try InputListing.files(["file://\(folder)"])
            let splits = try InputListing.combinedSplits(files, size: 1000)
            #expect(splits.count == 1)
            #expect(try Self.read(splits[0], of: files, .offsetAndLine) == ["0\tone", "4\ttwo", "0\tthree"])
        }
    }

    @Test(arguments: ["a", "a.gz", "a.bz2"]) func aByteOrderMarkIsNoPartOfTheFirstLine(name: String) throws {
        try Self.withFolder { folder in
            for (text, expected) in [
                ("\u{feff}a\n\u{feff}b\n", ["0\ta", "5\t\u{feff}b"]), ("\u{feff}\nb", ["0\t", "4\tb"]),
                ("\u{feff}", []),
                ("\u{feff}a", ["0\ta"]),
            ] {
                try Self.write("\(folder)/\(name)", text)
                let files = try InputListing.files(["file://\(folder)"])
                let split = try InputListing.splits(files, maxSize: 100)[0]
                #expect(
                    try Self.read(split, of: files, .offsetAndLine).map { Array($0.utf8) }
                        == expected.map { Array($0.utf8) })
            }
        }
    }

    @Test func filesThatHaveBecomeShorterAreNoticed() throws {
        try Self.withFolder { folder in
            try Self.write("\(folder)/a", "one\ntwo\n")
            try Self.write("\(folder)/b", "three\n")
            let files = try InputListing.files(["file://\(folder)"])
            for name in ["a", "b"] {
                try Self.write("\(folder)/\(name)", "1\n")
                for splits in [
                    try InputListing.combinedSplits(files, size: 1000), try InputListing.splits(files, maxSize: 1000),
                ] {
                    let error = try #require(throws: FileSystemError.self) {
                        for split in splits { _ = try Self.read(split, of: files, .line) }
                    }
                    #expect(error.description.contains("shorter since the job was submitted"))
                }
            }
        }
    }

    // MARK: - Reading and writing

    private static func read(
        _ split: FileSplit, of files: [InputFile], _ reading: MapperInput, areLines: Bool = false
    ) throws -> [String] {
        let input = try input(split, of: files, reading, areLines: areLines)
        var bytes: [UInt8] = []
        while let chunk = try input.nextLines() { bytes += chunk }
        #expect(input.fraction == 1000 || split.length == 0 || bytes.isEmpty)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(input.recordCount == lines.count - 1)
        return lines.dropLast().map(String.init)
    }

    private static func input(
        _ split: FileSplit, of files: [InputFile], _ reading: MapperInput, separator: String? = nil,
        areLines: Bool = false, for transform: (any RecordTransform)? = nil
    ) throws -> TextInput {
        var format = RecordFormat()
        format.mapperInput = reading
        format.keyValueSeparator = UInt8(ascii: ",")
        format.mapInputSeparator = separator
        let uris = files[split.file...split.file + split.followers].map(\.uri.description)
        return try TextInput(
            uris[0], offset: split.offset, length: split.length, more: Array(uris.dropFirst()), isAligned: areLines,
            RecordRules(format), transform, PhaseClock())
    }

    private static func records(_ input: TextInput) throws -> [[String]] {
        var records: [[String]] = []
        while try input.nextRecords({ key, value, _ in
            let (keyBytes, valueBytes) = (key.indices.map { key[$0] }, value.indices.map { value[$0] })
            records.append([String(decoding: keyBytes, as: UTF8.self), String(decoding: valueBytes, as: UTF8.self)])
        }) {}
        return records
    }

    private static func write(_ path: String, _ text: String) throws { try write(path, [text]) }

    /// - Parameter texts: Of a compressed file's members.
    private static func write(_ path: String, _ texts: [String]) throws {
        let file = try FileWriter(path)
        for text in texts {
            var bytes = Array(text.utf8)
            if let format = CompressionFormat(ofFile: path) {
                let writer = try CompressedFileWriter(path + ".member", format)
                try writer.write(bytes.span)
                try writer.close()
                bytes = try FileReader.readAll(path + ".member", limit: 1 << 20)
                try LocalFileSystem.remove(path + ".member")
            }
            try file.write(bytes.span)
        }
        try file.close()
    }

    /// Cut the plainest way.
    private static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/martlet-input-\(UUID().uuidString)"
        try LocalFileSystem.makeFolder(folder)
        defer { try? LocalFileSystem.remove(folder) }
        try body(folder)
    }
}

extension SplitMix64 {
    /// Short lines, some of them empty; the last may have no end.
    fileprivate mutating func text() -> String {
        let letters: [Character] = ["x", "y", "\n", "z", "\n"]
        return String((0..<below(60)).map { _ in letters[below(letters.count)] })
    }
}
