internal import Glibc

/// Where a daemon's standard output and error go.
enum LogFile {
    /// Bytes of a log's end that are looked at.
    private static let tail = 2048

    /// A descriptor that appends to the file.
    static func open(_ path: String) throws(Daemon.Problem) -> CInt {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Daemon.Problem(description: "cannot write the log \(path): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    /// Empty when there is none.
    static func lastLine(_ path: String) -> String {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: tail)
        let count = pread(descriptor, &bytes, tail, max(0, end - off_t(tail)))
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return text.split(separator: "\n").last.map(String.init) ?? ""
    }
}
