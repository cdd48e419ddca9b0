import Glibc
import Testing

@testable import FileSystems

@Suite struct InputListingTests {
    @Test func aFolderGivesItsFilesSortedWithoutHiddenOnes() throws {
        let folder = try TemporaryFolder()
        for name in ["b", "a", "_SUCCESS", ".crc", "c.gz", "_d.zst", ".e.bz2", "f.bz2"] {
            try folder.write("in/\(name)", "text")
        }
        let files = try InputListing.files(["\(folder.uri)/in"])
        #expect(files.map(\.uri.name) == ["a", "b", "c.gz", "f.bz2"])
        #expect(files.map(\.length) == [4, 4, 4, 4])
        #expect(files.map(\.isSplittable) == [true, true, false, true])
    }

    @Test func inputsStayInTheOrderGiven() throws {
        let folder = try TemporaryFolder()
        for name in ["x/1", "y/1", "y/2"] { try folder.write(name) }
        let files = try InputListing.files(["\(folder.uri)/y/*", "\(folder.uri)/x", "\(folder.uri)/y/1"])
        #expect(files.map(\.uri.path) == ["y/1", "y/2", "x/1", "y/1"].map { "\(folder.path)/\($0)" })
    }

    @Test func whatIsNotThereIsSaidInHadoopsWords() throws {
        let folder = try TemporaryFolder()
        try folder.write("in/sub/file")
        let cases = [
            ("none", "Input path does not exist: \(folder.uri)/none"),
            ("none*", "Input Pattern \(folder.uri)/none* matches 0 files"), ("in", "Not a file: \(folder.uri)/in/sub"),
        ]
        for (name, text) in cases {
            let error = try #require(failure { _ = try InputListing.files(["\(folder.uri)/\(name)"]) })
            #expect(error.description.hasPrefix(text), "\(error)")
        }
    }

    @Test func aPatternDoesNotFindHiddenFiles() throws {
        let folder = try TemporaryFolder()
        try folder.write("in/_logs")
        #expect(failure { _ = try InputListing.files(["\(folder.uri)/in/*"]) }?.kind == .notFound)
    }

    @Test func foldersInFoldersAreReadOrPassedOverWhenAskedFor() throws {
        let folder = try TemporaryFolder()
        for name in ["in/b", "in/a/y/z", "in/a/x", "in/_hidden/x"] { try folder.write(name) }
        let ignoring = try InputListing.files(["\(folder.uri)/in"], ignoringFolders: true)
        #expect(ignoring.map(\.uri.path) == ["\(folder.path)/in/b"])
        let files = try InputListing.files(["\(folder.uri)/in"], recursive: true, ignoringFolders: true)
        #expect(files.map(\.uri.path) == ["in/a/x", "in/a/y/z", "in/b"].map { "\(folder.path)/\($0)" })
    }

    @Test func asManyFilesAsTheLimitPassAndOneMoreDoesNot() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b", "c"] { try folder.write("in/\(name)") }
        // The folder counts too.
        #expect(try InputListing.files(["\(folder.uri)/in"], recursive: false, limit: 4).count == 3)
        let error = failure { _ = try InputListing.files(["\(folder.uri)/in"], recursive: false, limit: 3) }
        #expect(try #require(error).description.contains("more than 3 files"))
    }

    @Test func linksThatLeadIntoThemselvesDoNotHang() throws {
        let folder = try TemporaryFolder()
        try folder.write("in/a")
        try LocalFileSystem.link("\(folder.path)/in/one", to: ".")
        try LocalFileSystem.link("\(folder.path)/in/two", to: ".")
        #expect(failure { _ = try InputListing.files(["\(folder.uri)/in"], recursive: true, limit: 1000) } != nil)
    }

    @Test func aLinkToNowhereIsNotPassedOver() throws {
        let folder = try TemporaryFolder()
        try folder.write("in/a")
        try LocalFileSystem.link("\(folder.path)/in/b", to: "nowhere")
        let error = try #require(failure { _ = try InputListing.files(["\(folder.uri)/in"]) })
        #expect(error.description == "Input path does not exist: \(folder.uri)/in/b")
    }

    @Test(arguments: ["a.snappy", "a.lz4"]) func aFileOfAnUnknownCodecIsRefused(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("in/\(name)")
        let error = try #require(failure { _ = try InputListing.files(["\(folder.uri)/in"]) })
        #expect(error.description.contains("there is no codec for"))
    }

    @Test func aNameThatIsNotUTF8IsNotPassedOver() throws {
        let folder = try TemporaryFolder()
        try folder.write("in/a")
        #expect(symlink("a", Array("\(folder.path)/in/".utf8CString.dropLast()) + [-1, 0]) == 0)
        let error = try #require(failure { _ = try InputListing.files(["\(folder.uri)/in"]) })
        #expect(error.description.contains("not UTF-8"))
    }
}

@Suite struct SplitTests {
    @Test(arguments: [
        (0, [0..<0]), (1, [0..<1]), (100, [0..<100]), (110, [0..<110]), (111, [0..<100, 100..<111]),
        (200, [0..<100, 100..<200]), (209, [0..<100, 100..<209]), (211, [0..<100, 100..<200, 200..<211]),
    ])
    func theLastSplitMayBeATenthLonger(length: Int, expected: [Range<Int>]) throws {
        let splits = try InputListing.splits([file("a.txt", length)], maxSize: 100)
        #expect(splits.map { $0.offset..<$0.offset + $0.length } == expected)
    }

    /// Of a zstd file that is not there no frames are known.
    @Test(arguments: ["gz", "zst", "deflate"]) func aCompressedFileStaysWhole(ending: String) throws {
        let splits = try InputListing.splits([file("a", 5), file("b.\(ending)", 1000), file("c", 0)], maxSize: 100)
        #expect(splits.map(\.file) == [0, 1, 2])
        #expect(splits.map(\.length) == [5, 1000, 0])
    }

    @Test func asManySplitsAsTheLimitPassAndOneMoreDoesNot() throws {
        #expect(try InputListing.splits([file("a", 10)], maxSize: 1, limit: 10).count == 10)
        for files in [[file("a", 11)], [file("a", 10), file("b", 0)], [file("a", .max)]] {
            let error = failure { _ = try InputListing.splits(files, maxSize: 1, limit: 10) }
            #expect(try #require(error).description.contains("more than 10 splits"))
        }
    }

    @Test(arguments: [
        ([], []), ([0], [0..<1]), ([40, 40, 40], [0..<3]), ([40, 60, 40], [0..<2, 2..<3]),
        // Full is what has reached the size, as in Hadoop.
        ([90, 90, 90], [0..<2, 2..<3]), ([100, 1], [0..<1, 1..<2]), ([0, 0, 100, 0], [0..<3, 3..<4]),
    ])
    func smallFilesAreReadTogether(lengths: [Int], expected: [Range<Int>]) throws {
        let files = lengths.enumerated().map { file("\($0.offset)", $0.element) }
        let splits = try InputListing.combinedSplits(files, size: 100)
        #expect(splits.map { $0.file..<$0.file + $0.followers + 1 } == expected)
        #expect(splits.map(\.length) == expected.map { lengths[$0].reduce(0, +) })
        #expect(splits.allSatisfy { $0.offset == 0 })
    }

    @Test func aLargeFileIsCutAmongSmallOnes() throws {
        let files = [file("a", 10), file("b", 350), file("c", 10), file("d.gz", 350), file("e", 10)]
        let splits = try InputListing.combinedSplits(files, size: 100)
        #expect(splits.map(\.file) == [0, 1, 1, 1, 1, 2, 4])
        #expect(splits.map(\.offset) == [0, 0, 100, 200, 275, 0, 0])
        #expect(splits.map(\.length) == [10, 100, 100, 75, 75, 360, 10])
        #expect(splits.map(\.followers) == [0, 0, 0, 0, 0, 1, 0])
    }

    @Test func whatASplitsPathsMayTakeIsBounded() throws {
        let files = (0..<10).map { file("\($0)", 1) }
        // Each path has two bytes.
        let splits = try InputListing.combinedSplits(files, size: 100, limit: 10, pathLimit: 6)
        #expect(splits.map(\.followers) == [2, 2, 2, 0])
    }

    @Test func asManyCombinedSplitsAsTheLimitPassAndOneMoreDoesNot() throws {
        let files = [file("a", 100), file("b", 300), file("c", 1)]
        #expect(try InputListing.combinedSplits(files, size: 100, limit: 5).count == 5)
        let error = failure { _ = try InputListing.combinedSplits(files, size: 100, limit: 4) }
        #expect(try #require(error).description.contains("more than 4 splits"))
        #expect(failure { _ = try InputListing.combinedSplits([file("a", .max)], size: 1, limit: 4) } != nil)
    }

    @Test func everySoManyLinesAreASplit() throws {
        let folder = try TemporaryFolder()
        try folder.write("in/a", "one\ntwo\nthree\n")
        try folder.write("in/b", "")
        try folder.write("in/c", "four")
        let files = try InputListing.files(["\(folder.uri)/in"])
        let splits = try InputListing.lineSplits(files, linesPerSplit: 2)
        #expect(splits.map(\.file) == [0, 0, 2])
        #expect(splits.map(\.offset) == [0, 8, 0])
        #expect(splits.map(\.length) == [8, 6, 4])
        #expect(try InputListing.lineSplits(files, linesPerSplit: 1, limit: 4).count == 4)
        let error = failure { _ = try InputListing.lineSplits(files, linesPerSplit: 1, limit: 3) }
        #expect(try #require(error).description.contains("more than 3 splits"))
    }

    @Test(arguments: CompressedSample.all) func linesOfCompressedFilesAreCountedInTheirContent(
        sample: CompressedSample
    ) throws {
        let folder = try TemporaryFolder()
        try folder.write("in/a\(sample.format.suffix)", sample.worlds + sample.hello)
        let files = try InputListing.files(["\(folder.uri)/in"])
        let splits = try InputListing.lineSplits(files, linesPerSplit: 20)
        #expect(splits.map(\.offset) == [0, 120, 240])
        #expect(splits.map(\.length) == [120, 120, 66])
    }

    @Test func linesOfADamagedFileCannotBeCounted() throws {
        let folder = try TemporaryFolder()
        try folder.write("in/a.gz", CompressedSample.all[0].worlds.dropLast())
        let files = try InputListing.files(["\(folder.uri)/in"])
        let error = failure { _ = try InputListing.lineSplits(files, linesPerSplit: 20) }
        #expect(try #require(error).description.contains("in/a.gz is no whole gzip file"))
    }

    /// Frames of 19, 26 and 19 bytes, and one for other programs, of 8 and 3, between the last two.
    @Test func aZstandardFileIsCutBetweenItsFrames() throws {
        let folder = try TemporaryFolder()
        let sample = try #require(CompressedSample.all.first { $0.format == .zstandard })
        let other: [UInt8] = [0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]
        try folder.write("in/a.zst", sample.hello + sample.worlds + other + sample.hello)
        let files = try InputListing.files(["\(folder.uri)/in"])
        func lengths(_ maxSize: Int) throws -> [[Int]] {
            [try InputListing.splits(files, maxSize: maxSize), try InputListing.combinedSplits(files, size: maxSize)]
                .map { splits in
                    let starts = splits.indices.map { place in splits[..<place].reduce(0) { $0 + $1.length } }
                    #expect(splits.map(\.offset) == starts)
                    return splits.map(\.length)
                }
        }
        #expect(try lengths(1) == [[19, 26, 11, 19], [19, 26, 11, 19]])
        #expect(try lengths(40) == [[19, 37, 19], [19, 37, 19]])
        #expect(try lengths(74) == [[56, 19], [56, 19]])
        #expect(try lengths(75) == [[75], [75]])
    }

    /// What is no frame, or is cut off, is for the map task to complain of.
    @Test func aZstandardFileThatIsNotUnderstoodIsNotCut() throws {
        let folder = try TemporaryFolder()
        let sample = try #require(CompressedSample.all.first { $0.format == .zstandard })
        for tail in [Array("garbage".utf8), Array(sample.worlds.dropLast()), [0x28, 0xb5, 0x2f, 0xfd]] {
            try folder.write("in/a.zst", sample.hello + sample.hello + tail)
            let files = try InputListing.files(["\(folder.uri)/in"])
            #expect(try InputListing.splits(files, maxSize: 20).map(\.length) == [38 + tail.count])
        }
    }

    private func file(_ name: String, _ length: Int) -> InputFile {
        InputFile(uri: FileURI(path: "/\(name)"), length: length)
    }
}
