internal import Glibc
public import Records

/// Bytes of a file from a place on, at most so many. It keeps the file open as long as it lives.
public final class FileReader: ByteSource {
    public let path: String
    /// Of the whole file, when it was opened.
    public let length: Int
    private let file: OpenFile
    private var place: Int
    private let end: Int

    /// - Parameters:
    ///   - offset: Bytes from the beginning.
    ///   - count: Bytes to read at most; nil is to the end.
    public init(_ path: String, offset: Int = 0, count: Int? = nil) throws(FileSystemError) {
        self.path = path
        file = try OpenFile(path)
        length = file.length
        place = offset
        end = Self.end(offset, count)
    }

    /// Another reader of the same open file: a thousand sections take one descriptor.
    ///
    /// - Parameters:
    ///   - offset: Bytes from the file's beginning.
    ///   - count: Bytes to read at most.
    public func section(offset: Int, count: Int) -> FileReader { FileReader(self, offset, count) }

    private init(_ other: FileReader, _ offset: Int, _ count: Int) {
        (path, file, length) = (other.path, other.file, other.length)
        (place, end) = (offset, Self.end(offset, count))
    }

    private static func end(_ offset: Int, _ count: Int?) -> Int {
        count.map { $0 > Int.max - offset ? Int.max : offset + $0 } ?? Int.max
    }

    public func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        let wanted = min(limit, end - place)
        guard wanted > 0 else { return 0 }
        let before = buffer.count
        var failure: FileSystemError?
        buffer.append(addingCapacity: wanted) { room in
            room.withUnsafeMutableBufferPointer { free, count in
                var got = pread(file.descriptor, free.baseAddress! + count, wanted, off_t(place))
                while got < 0, errno == EINTR {
                    got = pread(file.descriptor, free.baseAddress! + count, wanted, off_t(place))
                }
                // Here, since freeing or growing the buffer may set errno.
                if got < 0 { failure = .system("cannot read", path) }
                count += max(0, got)
            }
        }
        if let failure { throw failure }
        let got = buffer.count - before
        place += got
        return got
    }

    /// All bytes of a small file.
    ///
    /// - Parameter limit: Bytes; a longer file is refused.
    public static func readAll(_ path: String, limit: Int) throws -> [UInt8] {
        let reader = try FileReader(path)
        var bytes: [UInt8] = []
        // One byte more, so that the array need not grow to find the end.
        bytes.reserveCapacity(min(reader.length, limit) + 1)
        while try reader.read(into: &bytes, limit: min(1 << 20, max(1, bytes.capacity - bytes.count))) > 0 {
            guard bytes.count <= limit else {
                throw FileSystemError(.invalid, "\(path) is longer than \(limit) bytes")
            }
        }
        return bytes
    }
}

/// A file that is open for reading, until the last reader of it is gone.
private final class OpenFile {
    let descriptor: Int32
    let length: Int

    init(_ path: String) throws(FileSystemError) {
        // O_NONBLOCK: opening a named pipe would wait for its writer, perhaps forever. To files it makes no difference.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system("cannot open", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = FileSystemError.system("cannot examine", path)
            Glibc.close(descriptor)
            throw error
        }
        guard status.st_mode & S_IFMT == S_IFREG || status.st_mode & S_IFMT == S_IFCHR else {
            Glibc.close(descriptor)
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a pipe, socket or disk"
            throw FileSystemError(.invalid, "cannot read \(path): it is \(kind), not a file")
        }
        length = Int(status.st_size)
    }

    deinit { Glibc.close(descriptor) }
}
