internal import Glibc
internal import Records

/// Writes a new file through a buffer. Nothing is certain to be in the file before ``close(syncing:)`` has returned.
public final class FileWriter {
    static let chunk = 256 << 10

    public let path: String
    /// Bytes written so far.
    public private(set) var byteCount = 0
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private let allowance: WriteAllowance?

    /// Makes the file, or empties it; its folder must be there.
    ///
    /// - Parameter allowance: What is written is taken from it.
    public init(
        _ path: String, isExecutable: Bool = false, appends: Bool = false, allowance: WriteAllowance? = nil
    ) throws(FileSystemError) {
        self.path = path
        self.allowance = allowance
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC)
        descriptor = open(path, flags, isExecutable ? 0o777 : 0o666)
        guard descriptor >= 0 else { throw .system("cannot make", path) }
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    public func write(_ bytes: Span<UInt8>) throws(FileSystemError) {
        try allowance?.take(bytes.count, for: path)
        byteCount += bytes.count
        if bytes.count >= Self.chunk {
            // Many at once need no other copy.
            try flush()
            guard bytes.withUnsafeBytes({ writeAll($0) }) else { throw .system("cannot write", path) }
            return
        }
        buffer.append(bytes)
        if buffer.count >= Self.chunk { try flush() }
    }

    public func flush() throws(FileSystemError) {
        if buffer.isEmpty { return }
        guard buffer.withUnsafeBytes({ writeAll($0) }) else { throw .system("cannot write", path) }
        buffer.removeAll(keepingCapacity: true)
    }

    /// False when it fails, for the reason that is in `errno`.
    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + start, bytes.count - start)
            guard count >= 0 || errno == EINTR else { return false }
            start += max(0, count)
        }
        return true
    }

    /// Writes what is left and closes the file; a second time does nothing.
    ///
    /// - Parameter syncing: Wait until the bytes are on the disk, so that they outlive a loss of power.
    public func close(syncing: Bool = false) throws(FileSystemError) {
        guard descriptor >= 0 else { return }
        try flush()
        guard !syncing || fsync(descriptor) == 0 else { throw .system("cannot write to the disk", path) }
        let closed = Glibc.close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw .system("cannot close", path) }
    }
}
