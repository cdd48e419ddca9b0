import FileSystems
import Glibc
import Testing

@Suite struct LocalFileSystemTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    @Test func statusTellsFilesFromFolders() throws {
        try folder.write("file", "12345")
        let status = try #require(try LocalFileSystem.status(path("file")))
        #expect((status.isFolder, status.length, status.isExecutable) == (false, 5, false))
        #expect(try LocalFileSystem.status(folder.path)?.isFolder == true)
        #expect(try LocalFileSystem.status(path("none")) == nil)
        #expect(try LocalFileSystem.status(path("file/below")) == nil)
        #expect(try LocalFileSystem.exists(path("file")))
    }

    @Test func aListIsSortedByBytes() throws {
        for name in ["b", "ä", "B", "a", ".x"] { try folder.write(name) }
        #expect(try LocalFileSystem.list(folder.path) == [".x", "B", "a", "b", "ä"])
        #expect(failure { _ = try LocalFileSystem.list(path("none")) }?.kind == .notFound)
    }

    @Test func foldersAreMadeWithThoseAboveThem() throws {
        try LocalFileSystem.makeFolder(path("a/b/c"))
        try LocalFileSystem.makeFolder(path("a/b/c"))
        #expect(try LocalFileSystem.status(path("a/b/c"))?.isFolder == true)
        try folder.write("file")
        #expect(failure { try LocalFileSystem.makeFolder(path("file")) }?.kind == .exists)
        #expect(failure { try LocalFileSystem.makeFolder(path("file/below")) } != nil)
    }

    @Test func aRenameMayForbidReplacing() throws {
        try folder.write("a", "new")
        try folder.write("b", "old")
        #expect(failure { try LocalFileSystem.renameNew(path("a"), to: path("b")) }?.kind == .exists)
        #expect(try folder.read("b") == "old")
        try LocalFileSystem.rename(path("a"), to: path("b"))
        #expect(try folder.read("b") == "new")
        try LocalFileSystem.renameNew(path("b"), to: path("c"))
        #expect(try LocalFileSystem.list(folder.path) == ["c"])
        #expect(failure { try LocalFileSystem.rename(path("none"), to: path("d")) }?.kind == .notFound)
    }

    @Test func aFullFolderGoesWithAllInIt() throws {
        for name in ["x/a", "x/y/b", "x/y/z/c"] { try folder.write(name) }
        try folder.write("kept")
        try LocalFileSystem.link(path("x/link"), to: folder.path)
        try LocalFileSystem.remove(path("x"))
        try LocalFileSystem.remove(path("x"))
        #expect(try LocalFileSystem.list(folder.path) == ["kept"])
    }

    /// A task's program may leave such names behind.
    @Test func aNameThatIsNotUTF8IsRemovedToo() throws {
        try LocalFileSystem.makeFolder(path("x"))
        #expect(mkdir(Array(path("x/").utf8CString.dropLast()) + [-1, -2, 0], 0o777) == 0)
        try LocalFileSystem.remove(path("x"))
        #expect(try !LocalFileSystem.exists(path("x")))
    }

    @Test func anErrorNamesThePathAndWhatHappened() throws {
        let error = try #require(failure { _ = try FileReader(path("none")) })
        #expect(error.description == "cannot open \(path("none")): No such file or directory")
        let long = try #require(failure { _ = try FileWriter(path(String(repeating: "a", count: 256))) })
        #expect(long.description.hasSuffix("File name too long (the path or a name in it is too long)"))
    }
}
