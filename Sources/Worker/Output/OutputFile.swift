internal import FileSystems

/// A file of a job's output, compressed or not. A choice of two, since lines of plain text should cost no more for it.
enum OutputFile {
    case plain(FileWriter)
    case compressed(CompressedFileWriter)

    /// - Parameter compression: The ending that means it; empty for none.
    init(_ path: String, compression: String, _ allowance: WriteAllowance) throws(FileSystemError) {
        guard !compression.isEmpty else {
            self = .plain(try FileWriter(path, allowance: allowance))
            return
        }
        guard let format = CompressionFormat(rawValue: compression) else {
            throw FileSystemError(.invalid, "\(path): there is no codec for .\(compression) files on this node")
        }
        self = .compressed(try CompressedFileWriter(path, format, allowance: allowance))
    }

    var byteCount: Int {
        switch self {
        case .plain(let file): file.byteCount
        case .compressed(let file): file.byteCount
        }
    }

    func write(_ bytes: Span<UInt8>) throws(FileSystemError) {
        switch self {
        case .plain(let file): try file.write(bytes)
        case .compressed(let file): try file.write(bytes)
        }
    }

    func close() throws(FileSystemError) {
        switch self {
        case .plain(let file): try file.close()
        case .compressed(let file): try file.close()
        }
    }
}
