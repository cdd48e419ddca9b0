import FileSystems
import Testing

@Suite struct GzipReaderTests {
    /// "hello" and a line end, as gzip writes it.
    private static let hello: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7, 0x02, 0x00,
        0x20,
        0x30, 0x3a, 0x36, 0x06, 0x00, 0x00, 0x00,
    ]
    /// 50 lines "world".
    private static let worlds: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2b, 0xcf, 0x2f, 0xca, 0x49, 0xe1, 0x2a, 0x1f,
        0x25,
        0x89, 0x20, 0x01, 0x31, 0x36, 0x9b, 0x68, 0x2c, 0x01, 0x00, 0x00,
    ]

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [1, 7, 1 << 16, Int.max])
    func allMembersComeOutOneAfterAnother(limit: Int) throws {
        let text = try read(Self.hello + Self.worlds + Self.hello, limit: limit)
        #expect(text == "hello\n" + String(repeating: "world\n", count: 50) + "hello\n")
    }

    @Test func anEmptyFileHasNoMembers() throws {
        #expect(try read([]) == "")
    }

    @Test func aTruncatedFileIsRefusedByName() throws {
        for length in 1..<Self.worlds.count {
            let error = failure { _ = try read(Self.hello + Self.worlds[..<length]) }
            #expect(
                error?.description == "\(folder.path)/file.gz is no whole gzip file: it ends too early",
                "\(length) bytes")
        }
    }

    @Test func damageIsNoticed() throws {
        for place in [0, 2, 12, Self.worlds.count - 6, Self.worlds.count - 1] {
            var bytes = Self.worlds
            bytes[place] ^= 0xff
            let error = try #require(failure { _ = try read(bytes) }, "byte \(place)")
            #expect(error.description.hasPrefix("\(folder.path)/file.gz is no whole gzip file: "))
        }
    }

    @Test func whatFollowsTheLastMemberMustBeOne() throws {
        #expect(failure { _ = try read(Self.hello + Array("garbage".utf8)) } != nil)
        #expect(failure { _ = try read(Array("plain text\n".utf8)) } != nil)
    }

    private func read(_ bytes: [UInt8], limit: Int = 1 << 16) throws -> String {
        let reader = try GzipReader(folder.write("file.gz", bytes))
        var output: [UInt8] = []
        while try reader.read(into: &output, limit: limit) > 0 {}
        return String(decoding: output, as: UTF8.self)
    }
}
