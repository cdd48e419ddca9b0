import FileSystems
import Testing

@Suite struct FileURITests {
    @Test(arguments: ["file:///a/b", "file:///a/./b/", "file:/a/x/../b", "file:///../a//b"])
    func waysToWriteAPathAreOne(text: String) throws {
        #expect(try FileURI(parsing: text).path == "/a/b")
    }

    @Test(arguments: [
        ("file:///a/b", "/a/b"), ("file:/a/b", "/a/b"), ("file://localhost/a", "/a"), ("file:///", "/"),
        ("file:///a//b/./c/", "/a/b/c"), ("file:///a%20b", "/a%20b"), ("file:///a:b/ü *", "/a:b/ü *"),
    ])
    func aURIGivesAPathWithNothingDecoded(text: String, path: String) throws {
        #expect(try FileURI(parsing: text).path == path)
    }

    @Test(arguments: [
        ("/data/x", "write file:///data/x (a bare path will mean hdfs://"),
        ("data/x", "write file:///ABSOLUTE/PATH"), ("", "write file:///ABSOLUTE/PATH"),
        ("hdfs://host/a", "the file system 'hdfs' is not there yet"),
        ("s3://bucket/a", "the file system 's3' is not there yet"), ("file:a/b", "is not absolute"),
        ("file://host/a", "is not absolute"), ("file://", "is not absolute"), ("file:///a\0b", "zero byte"),
    ])
    func anythingElseIsRefusedWithAHint(text: String, hint: String) throws {
        let error = try #require(failure { _ = try FileURI(parsing: text) })
        #expect(error.description.contains(hint), "\(error)")
        #expect(error.kind == .invalid)
    }

    @Test func aURIKnowsItsParts() throws {
        let uri = try FileURI(parsing: "file:///a/b/c.txt")
        #expect(uri.name == "c.txt")
        #expect(uri.parent.description == "file:///a/b")
        #expect(uri.parent.appending("d").path == "/a/b/d")
        #expect(FileURI(path: "/").appending("a").path == "/a")
        #expect(FileURI(path: "/").parent.path == "/")
    }
}
