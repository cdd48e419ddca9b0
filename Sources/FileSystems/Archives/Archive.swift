internal import Records

/// An archive that a job brings along: zip or jar, or tar, compressed or not. What it is is told by its bytes.
public enum Archive {
    /// Bytes that all of a job's archives hold, at most.
    public static let byteLimit = 1 << 30
    /// Entries of one, with the folders that they need.
    static let entryLimit = 100_000

    /// Unpacks the archive into a new folder, which is removed again when that fails.
    ///
    /// - Parameters:
    ///   - folder: Its parent must be there.
    ///   - name: Of the archive, for errors.
    ///   - allowance: What comes out is taken from it, and what is passed over.
    public static func unpack(
        _ path: String, into folder: String, name: String, allowance: WriteAllowance
    ) throws {
        try unpack(path, into: folder, name: name, allowance: allowance, entryLimit: entryLimit)
    }

    static func unpack(
        _ path: String, into folder: String, name: String, allowance: WriteAllowance, entryLimit: Int
    ) throws {
        var target = try ArchiveFolder(folder, archive: name, entryLimit: entryLimit)
        do {
            switch try kind(path) {
            case .zip:
                var reader = try ZipReader(path, name: name, allowance: allowance)
                try reader.unpack(into: &target)
            case .tar(let format):
                let file = try FileReader(path)
                let source: any ByteSource =
                    if let format { try CompressedFileReader(file, name, format) } else { file }
                var reader = TarReader(source, name: name, allowance: allowance)
                try reader.unpack(into: &target)
            }
        } catch {
            try? LocalFileSystem.remove(folder)
            throw error
        }
    }

    private enum Kind { case zip, tar(CompressionFormat?) }

    private static let beginnings: [(bytes: [UInt8], kind: Kind)] = [
        ([0x50, 0x4b, 0x03, 0x04], .zip), ([0x50, 0x4b, 0x05, 0x06], .zip), ([0x1f, 0x8b], .tar(.gzip)),
        (Array("BZh".utf8), .tar(.bzip2)), ([0x28, 0xb5, 0x2f, 0xfd], .tar(.zstandard)),
    ]

    private static func kind(_ path: String) throws -> Kind {
        var start: [UInt8] = []
        let file = try FileReader(path)
        while start.count < 4, try file.read(into: &start, limit: 4 - start.count) > 0 {}
        return beginnings.first { start.starts(with: $0.bytes) }?.kind ?? .tar(nil)
    }
}
