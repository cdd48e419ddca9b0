import FileSystems
import Glibc
import Testing

@Suite struct FileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        arguments: [
            (0, nil, "0123456789"), (3, nil, "3456789"), (3, 4, "3456"), (8, 100, "89"), (10, nil, ""), (99, 5, ""),
            (0, 0, ""), (5, Int.max, "56789"),
        ] as [(Int, Int?, String)])
    func aReaderGivesTheBytesOfItsRange(offset: Int, count: Int?, expected: String) throws {
        let path = try folder.write("file", "0123456789")
        for limit in [1, 3, 100] {
            let reader = try FileReader(path, offset: offset, count: count)
            #expect(reader.length == 10)
            var bytes: [UInt8] = []
            while try reader.read(into: &bytes, limit: limit) > 0 {}
            #expect(String(decoding: bytes, as: UTF8.self) == expected)
        }
    }

    @Test func filesThatShareAnAllowanceMayTakeItAndNoMore() throws {
        let allowance = WriteAllowance(limit: 10, remedy: "raise it")
        let first = try FileWriter("\(folder.path)/first", allowance: allowance)
        let second = try FileWriter("\(folder.path)/second", allowance: allowance)
        try first.write([UInt8](repeating: 0, count: 6).span)
        #expect(allowance.left == 4)
        try second.write([UInt8](repeating: 0, count: 4).span)
        let refusal = try #require(failure { try first.write([0].span) })
        #expect(refusal.kind == .overLimit)
        let path = "\(folder.path)/first"
        #expect(
            refusal.description
                == "cannot write \(path): the attempt would have written 11 bytes to disk, and its limit is "
                + "10 (raise it)")
        #expect(allowance.left == 0)
        #expect(WriteAllowance(limit: nil, remedy: "").left == Int.max)
    }

    @Test func aFolderOrPipeIsNoFile() throws {
        #expect(try #require(failure { _ = try FileReader(folder.path) }).description.contains("is a folder"))
        let pipe = "\(folder.path)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        // It must not wait for a writer either.
        #expect(try #require(failure { _ = try FileReader(pipe) }).description.contains("is a pipe"))
    }

    @Test func aFileOfTheLimitIsReadAndALongerOneIsNot() throws {
        let path = try folder.write("file", "12345")
        #expect(try FileReader.readAll(path, limit: 5).count == 5)
        #expect(
            try #require(failure { _ = try FileReader.readAll(path, limit: 4) }).description.contains("longer than 4"))
    }

    @Test func whatIsWrittenIsThereOnceClosed() throws {
        let path = "\(folder.path)/file"
        let writer = try FileWriter(path)
        let piece = [UInt8](repeating: 1, count: 100_000)
        for _ in 0..<7 { try writer.write(piece.span) }
        try writer.close(syncing: true)
        try writer.close()
        #expect(writer.byteCount == 700_000)
        #expect(try FileReader.readAll(path, limit: 1 << 20).count == 700_000)
        #expect(throws: FileSystemError.self) {
            try writer.write(piece.span)
            try writer.flush()
        }
    }

    @Test func aFileIsEmptiedOrAppendedTo() throws {
        let path = try folder.write("file", "old")
        let appending = try FileWriter(path, appends: true)
        try appending.write(Array("new".utf8).span)
        try appending.close()
        #expect(try folder.read("file") == "oldnew")
        try FileWriter(path).close()
        #expect(try folder.read("file") == "")
    }

    @Test func aProgramIsExecutable() throws {
        try FileWriter("\(folder.path)/program", isExecutable: true).close()
        #expect(try LocalFileSystem.status("\(folder.path)/program")?.isExecutable == true)
    }

    @Test(.enabled(if: access("/dev/full", W_OK) == 0))
    func aFullDiskIsReported() throws {
        let writer = try FileWriter("/dev/full")
        try writer.write([1].span)
        let error = try #require(failure { try writer.close() })
        #expect(
            error.description
                == "cannot write /dev/full: No space left on device (the disk is full: make room on it)")
    }
}
