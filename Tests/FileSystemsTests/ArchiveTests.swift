import Testing

@testable import FileSystems

@Suite struct ArchiveTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aTarsFilesFoldersAndLinksAreMade() throws {
        let long = String(repeating: "long/", count: 40) + "file"
        try unpack(
            Tar.entry("dir/", kind: "5") + Tar.entry("dir/a", "text\n")
                + Tar.entry("run", "#!/bin/sh\n", mode: "0000755")
                + Tar.entry("./made/on/the/way", String(repeating: "x", count: 1500))
                + Tar.entry("link", kind: "2", link: "dir/a") + Tar.entry("dir/up", kind: "2", link: "../run")
                + Tar.entry("hard", kind: "1", link: "dir/a") + Tar.entry("/absolute", "inside\n")
                + Tar.entry("x", Tar.attribute("path", long) + Tar.attribute("mtime", "1.5"), kind: "x")
                + Tar.entry("short", "pax\n") + Tar.entry("x", "gnu/\(long)\0", kind: "L") + Tar.entry("short", "gnu\n")
                + Tar.end)
        #expect(try folder.read("out/dir/a") == "text\n")
        #expect(try folder.read("out/link") == "text\n")
        #expect(try folder.read("out/hard") == "text\n")
        #expect(try folder.read("out/dir/up") == "#!/bin/sh\n")
        #expect(try folder.read("out/made/on/the/way").count == 1500)
        #expect(try folder.read("out/absolute") == "inside\n")
        #expect(try folder.read("out/\(long)") == "pax\n")
        #expect(try folder.read("out/gnu/\(long)") == "gnu\n")
        #expect(try LocalFileSystem.status("\(folder.path)/out/run")?.isExecutable == true)
        #expect(try LocalFileSystem.status("\(folder.path)/out/dir/a")?.isExecutable == false)
    }

    @Test(arguments: [nil, CompressionFormat.gzip, .bzip2, .zstandard])
    func aTarMayBeCompressed(format: CompressionFormat?) throws {
        let bytes = Tar.entry("a", "text\n") + Tar.end
        if let format {
            let writer = try CompressedFileWriter("\(folder.path)/archive", format)
            try writer.write(bytes.span)
            try writer.close()
        } else {
            try folder.write("archive", bytes)
        }
        try unpackWritten()
        #expect(try folder.read("out/a") == "text\n")
    }

    @Test func aZipsFilesFoldersAndLinksAreMade() throws {
        try unpack(
            Zip.archive([
                Zip.Entry(name: "dir/"), Zip.Entry(name: "dir/a", content: "text\n"),
                Zip.Entry(name: "run", content: "#!/bin/sh\n", mode: 0o100755),
                Zip.Entry(name: "made/on/the/way", content: "way\n"),
                Zip.Entry(name: "link", content: "dir/a", mode: 0o120777),
            ]))
        #expect(try folder.read("out/link") == "text\n")
        #expect(try folder.read("out/made/on/the/way") == "way\n")
        #expect(try LocalFileSystem.status("\(folder.path)/out/run")?.isExecutable == true)
        #expect(try LocalFileSystem.status("\(folder.path)/out/dir/a")?.isExecutable == false)
    }

    static let evil: [String: [UInt8]] = [
        "up": Tar.entry("../evil", "x"), "down and up": Tar.entry("a/../../evil", "x"),
        "a folder that is its parent": Tar.entry("a/..", kind: "5"),
        "an absolute link": Tar.entry("l", kind: "2", link: "/etc/passwd"),
        "a link up": Tar.entry("l", kind: "2", link: ".."),
        "a link up from a folder": Tar.entry("a/l", kind: "2", link: "../../evil"),
        "a link down and up": Tar.entry("a/l", kind: "2", link: "b/../../.."),
        "through a link": Tar.entry("l", kind: "2", link: "a") + Tar.entry("l/evil", "x"),
        "a link up through a link": Tar.entry("l", kind: "2", link: ".") + Tar.entry("m", kind: "2", link: "l/../evil"),
        "a hard link up": Tar.entry("h", kind: "1", link: "../target"),
        "a hard link to nothing": Tar.entry("h", kind: "1", link: "none"),
        "a device": Tar.entry("device", kind: "3"), "a pipe": Tar.entry("pipe", kind: "6"),
        "zip: up": Zip.archive([Zip.Entry(name: "../evil", content: "x")]),
        "zip: an absolute link": Zip.archive([Zip.Entry(name: "l", content: "/etc", mode: 0o120777)]),
        "zip: through a link": Zip.archive([
            Zip.Entry(name: "l", content: "a", mode: 0o120777), Zip.Entry(name: "l/evil", content: "x"),
        ]),
    ]

    /// Whatever it is that leads out, nothing is made outside, and nothing is left of what was made before.
    @Test(arguments: evil.keys.sorted()) func whatLeadsOutOfTheFolderIsRefused(name: String) throws {
        let bytes = try #require(Self.evil[name])
        try folder.write("target", "kept")
        let error = try #require(failure { try unpack(Tar.entry("first", "x") + bytes + Tar.end, zip: bytes) })
        #expect(error.description.hasPrefix("lib.tgz cannot be unpacked: "), "\(error)")
        #expect(try LocalFileSystem.list(folder.path) == ["archive", "target"])
        #expect(try folder.read("target") == "kept")
    }

    @Test func aFileOfTheNameOfALinkReplacesIt() throws {
        try folder.write("target", "kept")
        try unpack(
            Tar.entry("a", "one") + Tar.entry("l", kind: "2", link: "a") + Tar.entry("l", "two") + Tar.end)
        #expect(try folder.read("out/a") == "one")
        #expect(try folder.read("out/l") == "two")
    }

    @Test func whatIsDamagedIsRefused() throws {
        let tar = Tar.entry("a", String(repeating: "x", count: 1000)) + Tar.entry("b", "y") + Tar.end
        for length in [1, 511, 513, 1000, 1535, 1537, 2047] {
            #expect(failure { try unpack(Array(tar[..<length])) } != nil, "\(length) bytes")
        }
        var flipped = tar
        flipped[3] ^= 1
        #expect(failure { try unpack(flipped) }?.description.contains("no header of tar") == true)
        #expect(failure { try unpack(Tar.entry("a", "x", size: 1 << 32)) } != nil)
        let zip = Zip.archive([Zip.Entry(name: "a", content: "text\n")])
        for length in 4..<zip.count { #expect(failure { try unpack(Array(zip[..<length])) } != nil, "\(length) bytes") }
        for entry in [
            Zip.Entry(name: "a", content: "x", flags: 1), Zip.Entry(name: "a", content: "x", method: 12),
            Zip.Entry(name: "a", content: "x", size: 2), Zip.Entry(name: "a", content: "xx", size: 1),
        ] {
            #expect(failure { try unpack(Zip.archive([entry])) } != nil)
        }
    }

    @Test func whatComesOutIsBounded() throws {
        let text = String(repeating: "x", count: 100_000)
        let tar = Tar.entry("a", text) + Tar.end
        let zip = Zip.archive([Zip.Entry(name: "a", content: text)])
        for bytes in [tar, zip] {
            try unpack(bytes, limit: 110_000)
            try LocalFileSystem.remove("\(folder.path)/out")
            let error = try #require(failure { try unpack(bytes, limit: 50_000) })
            #expect(error.kind == .overLimit)
            #expect(error.description.contains("lib.tgz"))
            #expect(try !LocalFileSystem.exists("\(folder.path)/out"))
        }
    }

    /// With the folders that lead to them.
    @Test func moreEntriesThanTheLimitAreRefused() throws {
        try folder.write("archive", Tar.entry("a/b/c", "x") + Tar.entry("a/d", "x") + Tar.end)
        func unpack(limit: Int) throws {
            try Archive.unpack(
                "\(folder.path)/archive", into: "\(folder.path)/out", name: "lib.tgz",
                allowance: WriteAllowance(limit: nil, remedy: ""), entryLimit: limit)
        }
        let error = try #require(failure { try unpack(limit: 3) })
        #expect(error.description == "lib.tgz cannot be unpacked: it has more than 3 entries")
        #expect(try !LocalFileSystem.exists("\(folder.path)/out"))
        try unpack(limit: 4)
    }

    private func unpack(_ tar: [UInt8], zip: [UInt8] = [], limit: Int = Archive.byteLimit) throws {
        try folder.write("archive", zip.starts(with: Array("PK".utf8)) ? zip : tar)
        try unpackWritten(limit: limit)
    }

    private func unpackWritten(limit: Int = Archive.byteLimit) throws {
        try Archive.unpack(
            "\(folder.path)/archive", into: "\(folder.path)/out", name: "lib.tgz",
            allowance: WriteAllowance(limit: limit, remedy: "put it elsewhere"))
    }
}
