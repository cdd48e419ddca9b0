internal import FileSystems
internal import Glibc

/// Keeps two commands from making or ending the same cluster at once; released by the process's end at the latest.
struct ClusterLock: ~Copyable {
    private let path: String
    private let descriptor: CInt

    init(_ folder: ClusterFolder) throws {
        path = folder.lock
        try LocalFileSystem.makeFolder("\(ClusterFolder.home())/clusters")
        // Whoever held it before may have removed the file: then others lock another one of its name.
        var locked: CInt
        repeat { locked = try Self.lock(path) } while !Self.isCurrent(locked, path)
        descriptor = locked
    }

    deinit { close(descriptor) }

    /// Removes the file, while nobody else can hold its lock, and lets go.
    consuming func remove() { unlink(path) }

    private static func lock(_ path: String) throws(UserError) -> CInt {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        var code = opened < 0 ? errno : 0
        while opened >= 0 && flock(opened, LOCK_EX) != 0 {
            code = errno
            if code != EINTR { break }
            code = 0
        }
        if code == 0 { return opened }
        if opened >= 0 { close(opened) }
        throw UserError("cannot lock \(path): \(String(cString: strerror(code)))")
    }

    /// Whether the file is still the one at the path; if not, it is closed.
    private static func isCurrent(_ descriptor: CInt, _ path: String) -> Bool {
        var (ours, theirs) = (stat(), stat())
        if fstat(descriptor, &ours) == 0, stat(path, &theirs) == 0, ours.st_ino == theirs.st_ino,
            ours.st_dev == theirs.st_dev
        {
            return true
        }
        close(descriptor)
        return false
    }
}
