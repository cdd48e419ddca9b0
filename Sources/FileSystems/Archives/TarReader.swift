internal import Records

/// The entries of a tar archive (POSIX pax and ustar, GNU tar's long names), unpacked as they come.
struct TarReader {
    private static let blockSize = 512
    /// Bytes of a long name or of pax's attributes.
    private static let attributeLimit = 1 << 20
    private static let chunk = 64 << 10

    private var source: any ByteSource
    private let name: String
    private let allowance: WriteAllowance
    private var buffer: [UInt8] = []
    /// What the entries before say of the next one.
    private var next = Attributes()

    private struct Attributes {
        var path: [UInt8]?
        var link: [UInt8]?
        var size: Int?
    }

    init(_ source: any ByteSource, name: String, allowance: WriteAllowance) {
        self.source = source
        self.name = name
        self.allowance = allowance
    }

    mutating func unpack(into folder: inout ArchiveFolder) throws {
        while let header = try nextHeader() {
            let size = next.size ?? header.size
            switch header.kind {
            case "x": try takeAttributes(try content(size))
            case "L": next.path = try content(size).untilZero
            case "K": next.link = try content(size).untilZero
            case "g": try skip(size)
            default:
                try unpack(header, size, into: &folder)
                next = Attributes()
            }
        }
    }

    private mutating func unpack(_ header: TarHeader, _ size: Int, into folder: inout ArchiveFolder) throws {
        let path = next.path ?? header.path
        let link = next.link ?? header.link
        switch header.kind {
        case "5",
            "0" where path.last == UInt8(ascii: "/"):
            try folder.addFolder(path)
            try skip(size)
        case "0":
            let file = try folder.addFile(path, isExecutable: header.isExecutable)
            try copy(size) { bytes throws(FileSystemError) in try file.write(bytes) }
            try file.close()
        case "1": try folder.addHardLink(path, to: link)
        case "2": try folder.addLink(path, to: link)
        default: throw damaged("'\(String(decoding: path, as: UTF8.self))' is neither file, folder nor link")
        }
    }

    /// Nil at the end, which a block of zeros marks or that of the bytes.
    private mutating func nextHeader() throws -> TarHeader? {
        guard try fill(Self.blockSize, orEnd: true) else { return nil }
        let block = Array(buffer.prefix(Self.blockSize))
        buffer.removeFirst(Self.blockSize)
        if block.allSatisfy({ $0 == 0 }) { return nil }
        guard let header = TarHeader(block) else { throw damaged("an entry's header is no header of tar") }
        return header
    }

    // MARK: - Bytes

    /// - Returns: False at the end of the bytes.
    private mutating func fill(_ count: Int, orEnd: Bool = false) throws -> Bool {
        while buffer.count < count {
            let before = buffer.count
            guard try source.read(into: &buffer, limit: Self.chunk) > 0 else {
                if orEnd && before == 0 { return false }
                throw damaged("it ends too early")
            }
            try allowance.take(buffer.count - before, for: "what \(name) holds")
        }
        return true
    }

    /// Gives the content piece by piece, and passes over what fills its last block.
    private mutating func copy(
        _ size: Int, _ body: (Span<UInt8>) throws(FileSystemError) -> Void
    ) throws {
        var left = size
        while left > 0 {
            if buffer.isEmpty { _ = try fill(1) }
            let count = min(left, buffer.count)
            try body(buffer.span.extracting(0..<count))
            buffer.removeFirst(count)
            left -= count
        }
        let padding = (Self.blockSize - size % Self.blockSize) % Self.blockSize
        _ = try fill(padding)
        buffer.removeFirst(padding)
    }

    private mutating func skip(_ size: Int) throws { try copy(size) { _ in } }

    private mutating func content(_ size: Int) throws -> [UInt8] {
        guard size <= Self.attributeLimit else { throw damaged("an entry's name is longer than a name may be") }
        var bytes: [UInt8] = []
        try copy(size) { bytes.append($0) }
        return bytes
    }

    /// pax: lines `LENGTH KEY=VALUE`, the length that of the whole line.
    private mutating func takeAttributes(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0 != UInt8(ascii: " ") }
            guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1,
                length <= rest.count
            else { throw damaged("an entry's attributes are none of pax") }
            let line = rest.prefix(length - 1).dropFirst(digits.count + 1)
            rest = rest.dropFirst(length)
            let key = line.prefix { $0 != UInt8(ascii: "=") }
            let value = Array(line.dropFirst(key.count + 1))
            switch String(decoding: key, as: UTF8.self) {
            case "path": next.path = value
            case "linkpath": next.link = value
            case "size":
                guard let size = Int(String(decoding: value, as: UTF8.self)), size >= 0 else {
                    throw damaged("an entry's size is none")
                }
                next.size = size
            case "GNU.sparse.major", "GNU.sparse.map", "GNU.sparse.size":
                throw damaged("it has a file with holes: make it without --sparse")
            default: break
            }
        }
    }

    private func damaged(_ what: String) -> FileSystemError {
        FileSystemError(.invalid, "\(name) cannot be unpacked: \(what)")
    }
}
