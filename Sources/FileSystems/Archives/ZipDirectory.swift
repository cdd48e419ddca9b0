/// The directory at the end of a zip archive.
struct ZipDirectory {
    let entries: [ZipEntry]

    private static let endSize = 22
    /// Of the comment behind the end.
    private static let commentLimit = 65_535

    init(_ file: FileReader, _ name: String) throws {
        func damaged(_ what: String) -> FileSystemError {
            FileSystemError(.invalid, "\(name) cannot be unpacked: \(what)")
        }
        let tail = try Self.bytes(of: file, max(0, file.length - Self.endSize - Self.commentLimit)..<file.length)
        guard let end = Self.end(in: tail) else { throw damaged("it has no directory: it may be cut short") }
        let (count, size, offset) = (tail.number16(end + 10), tail.number32(end + 12), tail.number32(end + 16))
        guard count < 0xffff, offset < 0xffff_ffff else { throw damaged("it is of the kind for huge archives (zip64)") }
        guard offset + size <= file.length else { throw damaged("its directory is not where it should be") }
        let bytes = try Self.bytes(of: file, offset..<offset + size)
        var entries: [ZipEntry] = []
        var place = 0
        for _ in 0..<count {
            guard let entry = ZipEntry(bytes, at: &place) else { throw damaged("its directory is damaged") }
            guard !entry.isEncrypted else { throw damaged("'\(entry.text)' is encrypted") }
            guard entry.isKnown else { throw damaged("'\(entry.text)' is compressed in a way that is not known") }
            entries.append(entry)
        }
        self.entries = entries
    }

    private static func bytes(of file: FileReader, _ range: Range<Int>) throws -> [UInt8] {
        let section = file.section(offset: range.lowerBound, count: range.count)
        var bytes: [UInt8] = []
        while bytes.count < range.count, try section.read(into: &bytes, limit: range.count - bytes.count) > 0 {}
        return bytes
    }

    /// The last place where it may begin.
    private static func end(in tail: [UInt8]) -> Int? {
        guard tail.count >= endSize else { return nil }
        return (0...tail.count - endSize).last { tail.number32($0) == 0x0605_4b50 }
    }
}

/// What a zip archive's directory tells of one entry.
struct ZipEntry {
    static let headerSize = 30
    private static let directorySize = 46

    let path: [UInt8]
    /// Where its header is.
    let offset: Int
    let packedSize: Int
    let size: Int
    /// CRC-32 of the content.
    let sum: Int
    private let flags: Int
    private let method: Int
    /// Unix's, or 0 when it was packed elsewhere.
    private let mode: Int

    /// - Parameter place: Goes on behind the entry.
    /// - Returns: Nil when there is none.
    init?(_ bytes: [UInt8], at place: inout Int) {
        guard place + Self.directorySize <= bytes.count, bytes.number32(place) == 0x0201_4b50 else { return nil }
        let nameLength = bytes.number16(place + 28)
        let end = place + Self.directorySize + nameLength
        guard end <= bytes.count else { return nil }
        path = Array(bytes[place + Self.directorySize..<end])
        let isUnix = bytes[place + 5] == 3
        mode = isUnix ? bytes.number32(place + 38) >> 16 : 0
        (flags, method, sum) = (bytes.number16(place + 8), bytes.number16(place + 10), bytes.number32(place + 16))
        (packedSize, size) = (bytes.number32(place + 20), bytes.number32(place + 24))
        offset = bytes.number32(place + 42)
        place = end + bytes.number16(place + 30) + bytes.number16(place + 32)
    }

    /// Of the entry's own header with its name; nil when that is none.
    static func headerLength(_ header: [UInt8]) -> Int? {
        guard header.count == headerSize, header.number32(0) == 0x0403_4b50 else { return nil }
        return headerSize + header.number16(26) + header.number16(28)
    }

    var text: String { String(decoding: path, as: UTF8.self) }
    var isFolder: Bool { path.last == UInt8(ascii: "/") }
    var isLink: Bool { mode & 0o170000 == 0o120000 }
    var isExecutable: Bool { mode & 0o100 != 0 }
    var isEncrypted: Bool { flags & 1 != 0 }
    var isDeflated: Bool { method == 8 }
    var isKnown: Bool { method == 0 || method == 8 }
}

extension [UInt8] {
    fileprivate func number16(_ place: Int) -> Int { Int(self[place]) | Int(self[place + 1]) << 8 }
    fileprivate func number32(_ place: Int) -> Int { number16(place) | number16(place + 2) << 16 }
}
