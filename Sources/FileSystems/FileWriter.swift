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
        buffer.append(bytes)
        byteCount += bytes.count
        if buffer.count >= Self.chunk { try flush() }
    }

    public func flush() throws(FileSystemError) {
        var start = 0
        while start < buffer.count {
            let count = buffer.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + start, buffer.count - start)
            }
            guard count >= 0 || errno == EINTR else { throw .system("cannot write", path) }
            start += max(0, count)
        }
        buffer.removeAll(keepingCapacity: true)
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
