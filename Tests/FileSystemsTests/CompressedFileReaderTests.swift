import FileSystems
import Testing

@Suite struct CompressedFileReaderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: CompressedSample.all, [1, 7, 1 << 16, Int.max])
    func allMembersComeOutOneAfterAnother(sample: CompressedSample, limit: Int) throws {
        let text = try read(sample.hello + sample.worlds + sample.hello, sample.format, limit: limit)
        #expect(text == "hello\n" + String(repeating: "world\n", count: 50) + "hello\n")
    }

    @Test(arguments: CompressedSample.all) func anEmptyFileHasNoMembers(sample: CompressedSample) throws {
        #expect(try read([], sample.format) == "")
    }

    @Test(arguments: CompressedSample.all) func aTruncatedFileIsRefusedByName(sample: CompressedSample) throws {
        for length in 1..<sample.worlds.count {
            let error = failure { _ = try read(sample.hello + sample.worlds[..<length], sample.format) }
            let text = try #require(error, "\(length) bytes").description
            #expect(text.hasPrefix("\(folder.path)/file is no whole "), "\(text)")
            #expect(text.contains("file: it ends where more of it should follow, at byte "), "\(text)")
        }
    }

    /// The second member lacks its last byte.
    @Test func anErrorNamesThePlaceInFileAndContent() throws {
        let sample = CompressedSample.all[0]
        let error = failure { _ = try read(sample.hello + sample.worlds.dropLast(), .gzip) }
        let place = sample.hello.count + sample.worlds.count - 1
        #expect(
            error?.description
                == "\(folder.path)/file is no whole gzip file: it ends where more of it should follow, at byte \(place), "
                + "behind 306 bytes of content")
    }

    @Test(arguments: CompressedSample.all) func damageIsNoticed(sample: CompressedSample) throws {
        for place in [0, sample.worlds.count / 2, sample.worlds.count - 1] {
            var bytes = sample.worlds
            bytes[place] ^= 0xff
            let error = try #require(failure { _ = try read(bytes, sample.format) }, "byte \(place)")
            #expect(error.description.hasPrefix("\(folder.path)/file is no whole "), "\(error)")
        }
    }

    @Test(arguments: CompressedSample.all)
    func whatFollowsTheLastMemberMustBeOne(sample: CompressedSample) throws {
        #expect(failure { _ = try read(sample.hello + Array("garbage".utf8), sample.format) } != nil)
        #expect(failure { _ = try read(Array("plain text\n".utf8), sample.format) } != nil)
    }

    /// Reading goes on piece by piece, however much a piece of the file holds.
    @Test(arguments: CompressionFormat.allCases)
    func aFileOfFewBytesThatHoldsManyComesInPieces(format: CompressionFormat) throws {
        let path = "\(folder.path)/bomb"
        let size = 16 << 20
        let writer = try CompressedFileWriter(path, format)
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        for _ in 0..<size / zeros.count { try writer.write(zeros.span) }
        try writer.close()
        #expect(try #require(try LocalFileSystem.status(path)).length < size / 500)
        let reader = try CompressedFileReader(path, format)
        var piece: [UInt8] = []
        var total = 0
        while true {
            piece.removeAll(keepingCapacity: true)
            let count = try reader.read(into: &piece, limit: 64 << 10)
            if count == 0 { break }
            #expect(piece.count <= 64 << 10 && piece.capacity <= 128 << 10)
            total += count
        }
        #expect(total == size)
    }

    /// zstd's own limit: a frame that wants more memory than that is refused, as `zstd -d` does.
    @Test func aFrameThatAsksForAWindowOf2GiBIsRefused() throws {
        // Magic, no checksum and no size, a window of 2^31 bytes, a block of one byte repeated.
        let frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x0b, 0x00, 0x00, 0x61]
        let error = try #require(failure { _ = try read(frame, .zstandard) })
        #expect(error.description.contains("too much memory"), "\(error)")
    }

    private func read(_ bytes: [UInt8], _ format: CompressionFormat, limit: Int = 1 << 16) throws -> String {
        let reader = try CompressedFileReader(folder.write("file", bytes), format)
        var output: [UInt8] = []
        while try reader.read(into: &output, limit: limit) > 0 {}
        return String(decoding: output, as: UTF8.self)
    }
}

@Suite struct CompressedFileWriterTests {
    /// Sizes around those of the pieces that are compressed at once.
    @Test(arguments: CompressionFormat.allCases, [0, 1, 65_535, 65_536, 65_537, 300_000])
    func whatIsWrittenIsReadAgain(format: CompressionFormat, size: Int) throws {
        let folder = try TemporaryFolder()
        var state: UInt32 = 1
        // Half of it does not compress.
        let content = (0..<size).map { index -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return index % 1000 < 500 ? UInt8(state >> 24) : 10
        }
        let path = "\(folder.path)/file\(format.suffix)"
        let writer = try CompressedFileWriter(path, format)
        for start in stride(from: 0, to: size, by: 777) {
            try writer.write(content.span.extracting(start..<min(size, start + 777)))
        }
        try writer.close()
        #expect(writer.byteCount == size)
        let reader = try CompressedFileReader(path, #require(CompressionFormat(ofFile: path)))
        var output: [UInt8] = []
        while try reader.read(into: &output, limit: 1 << 16) > 0 {}
        #expect(output == content)
    }

    @Test func whatGoesToTheDiskIsTakenFromTheAllowance() throws {
        let folder = try TemporaryFolder()
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        func write(limit: Int) throws {
            let allowance = WriteAllowance(limit: limit, remedy: "raise it")
            let writer = try CompressedFileWriter("\(folder.path)/file", .gzip, allowance: allowance)
            try writer.write(zeros.span)
            try writer.close()
        }
        try write(limit: 2000)
        #expect(failure { try write(limit: 500) }?.kind == .overLimit)
    }
}
