internal import CZlib
internal import Records

/// The entries of a zip archive, in the order of its directory.
struct ZipReader {
    private static let chunk = 64 << 10

    private let file: FileReader
    private let name: String
    private let allowance: WriteAllowance
    private let entries: [ZipEntry]

    init(_ path: String, name: String, allowance: WriteAllowance) throws {
        file = try FileReader(path)
        self.name = name
        self.allowance = allowance
        entries = try ZipDirectory(file, name).entries
    }

    mutating func unpack(into folder: inout ArchiveFolder) throws {
        for entry in entries {
            if entry.isFolder {
                try folder.addFolder(entry.path)
            } else if entry.isLink {
                var target: [UInt8] = []
                try copy(entry) { target.append($0) }
                try folder.addLink(entry.path, to: target)
            } else {
                let writer = try folder.addFile(entry.path, isExecutable: entry.isExecutable)
                try copy(entry) { bytes throws(FileSystemError) in try writer.write(bytes) }
                try writer.close()
            }
        }
    }

    /// The sizes and sum that the directory tells must be those that come out, of which no more is taken than it tells.
    private func copy(_ entry: ZipEntry, _ body: (Span<UInt8>) throws(FileSystemError) -> Void) throws {
        var source = try content(of: entry)
        var piece: [UInt8] = []
        var (count, sum): (Int, UInt) = (0, 0)
        while try source.read(into: &piece, limit: Self.chunk) > 0 {
            try allowance.take(piece.count, for: "what \(name) holds")
            count += piece.count
            guard count <= entry.size else { break }
            sum = crc32(sum, piece, UInt32(piece.count))
            try body(piece.span)
            piece.removeAll(keepingCapacity: true)
        }
        guard count == entry.size, sum == UInt(entry.sum) else {
            throw FileSystemError(.invalid, "\(name) cannot be unpacked: '\(entry.text)' is damaged")
        }
    }

    private func content(of entry: ZipEntry) throws -> any ByteSource {
        var header: [UInt8] = []
        let start = file.section(offset: entry.offset, count: ZipEntry.headerSize)
        while try start.read(into: &header, limit: ZipEntry.headerSize) > 0 {}
        guard let length = ZipEntry.headerLength(header) else {
            throw FileSystemError(.invalid, "\(name) cannot be unpacked: '\(entry.text)' is not where it should be")
        }
        let packed = file.section(offset: entry.offset + length, count: entry.packedSize)
        guard entry.isDeflated else { return packed }
        do throws(CompressionError) {
            return CompressedFileReader(packed, try Inflater(.none), "\(name), '\(entry.text)',", "zip entry")
        } catch {
            throw FileSystemError(.invalid, "\(name) cannot be unpacked: \(error.reason)")
        }
    }
}
