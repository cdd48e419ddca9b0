internal import Glibc

/// A file to which whole pieces are appended, each of which survives a power loss once ``append(_:)`` has returned.
public final class SyncedFile {
    public let path: String
    /// Bytes of the pieces so far.
    public private(set) var length: Int
    private let descriptor: Int32

    /// Opens or makes the file, and gives up whatever is behind the first bytes.
    public init(_ path: String, keeping length: Int) throws(FileSystemError) {
        self.path = path
        self.length = length
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot make", path) }
        try cutBack()
    }

    deinit { close(descriptor) }

    /// Appends a piece and syncs it; if either fails, nothing of it is left, and it may be appended again.
    public func append(_ bytes: Span<UInt8>) throws(FileSystemError) {
        do throws(FileSystemError) {
            try write(bytes)
            guard fdatasync(descriptor) == 0 else { throw .system("cannot sync", path) }
        } catch {
            // Where even that fails the next piece is written over it. After a failed sync it must be written anew: the
            // system then takes the pages for clean, and a second sync would succeed without writing them.
            try? cutBack()
            throw error
        }
        length += bytes.count
    }

    private func write(_ bytes: Span<UInt8>) throws(FileSystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBufferPointer {
                pwrite(descriptor, $0.baseAddress! + written, bytes.count - written, off_t(length + written))
            }
            guard count >= 0 || errno == EINTR else { throw .system("cannot write", path) }
            written += max(0, count)
        }
    }

    private func cutBack() throws(FileSystemError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw .system("cannot cut", path) }
    }

    /// Makes the folder and those above it so that they survive a power loss; one that is there already is fine.
    public static func makeFolder(_ path: String) throws(FileSystemError) {
        guard try LocalFileSystem.status(path)?.isFolder != true else { return }
        let parent = FileURI(path: path).parent.path
        try makeFolder(parent)
        try LocalFileSystem.makeFolder(path)
        try syncFolder(parent)
    }

    /// Makes the names in a folder survive a power loss.
    public static func syncFolder(_ path: String) throws(FileSystemError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("cannot sync", path) }
    }
}
