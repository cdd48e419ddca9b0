public import Records

/// The content of a compressed file, or of a piece of it: all members, blocks or frames that begin in the piece, and what
/// comes behind them, since the last line of a piece may end there.
public protocol PackedSource: ByteSource {
    /// Of the file, as it is on the disk.
    var fileLength: Int { get }
    /// Where in the file the first of what is read begins; the piece's beginning when nothing begins in it.
    var start: Int { get }
    /// Compressed bytes that are read, from the piece's beginning on.
    var packedCount: Int { get }
    /// Bytes that the piece holds; nil until something behind it is read.
    var contentLength: Int? { get }
}

extension CompressionFormat {
    /// - Parameter range: Bytes of the file; nil is all of it. It may begin anywhere in a bzip2 file, and else with a member.
    public func reader(_ path: String, _ range: Range<Int>? = nil) throws -> any PackedSource {
        switch self {
        case .bzip2: try Bzip2BlockReader(path, range)
        default: try CompressedFileReader(path, self, range)
        }
    }
}

extension FileSystemError {
    /// Of a compressed file, or an entry of an archive.
    ///
    /// - Parameters:
    ///   - format: What it should be.
    ///   - place: Byte of the file where this was noticed.
    ///   - contentCount: Bytes that came out before.
    static func corrupt(
        _ path: String, _ format: String, _ what: String, at place: Int, contentCount: Int
    ) -> FileSystemError {
        FileSystemError(
            .invalid,
            "\(path) is no whole \(format): \(what), at byte \(place), behind \(contentCount) bytes of content")
    }
}
