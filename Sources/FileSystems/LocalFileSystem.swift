internal import CPlatform
internal import Glibc

/// What is known of a file or folder.
public struct FileStatus: Hashable, Sendable {
    public let isFolder: Bool
    /// Bytes.
    public let length: Int
    public let isExecutable: Bool
    /// Of the file or folder on this host, whatever its path is; a rename keeps it.
    public let identity: String
    /// Of the file system that it is on: within one, things can be renamed.
    public let device: UInt
}

/// The file system of this host, behind `file:`.
public enum LocalFileSystem {
    /// Nil when there is nothing.
    public static func status(_ path: String) throws(FileSystemError) -> FileStatus? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system("cannot examine", path)
        }
        return FileStatus(
            isFolder: status.st_mode & S_IFMT == S_IFDIR, length: Int(status.st_size),
            isExecutable: status.st_mode & S_IXUSR != 0, identity: "\(status.st_dev):\(status.st_ino)",
            device: UInt(status.st_dev))
    }

    public static func exists(_ path: String) throws(FileSystemError) -> Bool { try status(path) != nil }

    /// Whether the name is taken, be it by a link to nothing.
    public static func isTaken(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// The path of what is there, without links; nil when there is nothing.
    public static func realPath(_ path: String) throws(FileSystemError) -> String? {
        guard let real = realpath(path, nil) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system("cannot examine", path)
        }
        defer { free(real) }
        return String(cString: real)
    }

    /// Bytes that may still be written where the folder is; nil when that cannot be told.
    public static func freeBytes(_ folder: String) -> Int? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    /// Names in the folder, sorted by bytes, without `.` and `..`.
    ///
    /// - Throws: Also for a name that is not UTF-8: passed over, it would be missing in a job's input without a word.
    public static func list(_ path: String) throws(FileSystemError) -> [String] {
        var names: [String] = []
        for bytes in try FolderEntries.names(in: FolderEntries.bytes(path)) {
            guard let name = String(validating: bytes.dropLast(), as: UTF8.self) else {
                let shown = String(decoding: bytes.dropLast(), as: UTF8.self)
                throw FileSystemError(.invalid, "\(path) holds the name \(shown), which is not UTF-8: rename it")
            }
            names.append(name)
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes the folder and those above it; one that is there already is fine.
    public static func makeFolder(_ path: String) throws(FileSystemError) {
        if mkdir(path, 0o777) == 0 { return }
        let code = errno
        if code == EEXIST, try status(path)?.isFolder == true { return }
        errno = code
        guard code == ENOENT else { throw .system("cannot make the folder", path) }
        let parent = FileURI(path: path).parent.path
        guard parent != path else { throw .system("cannot make the folder", path) }
        // Somebody may remove the parent while it is empty; where /proc has no such folder, it never will.
        for _ in 0..<makeFolderAttempts {
            try makeFolder(parent)
            if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
            guard errno == ENOENT else { break }
        }
        throw .system("cannot make the folder", path)
    }

    private static let makeFolderAttempts = 10

    /// Renames what is at the one path; a file at the other is replaced.
    public static func rename(_ path: String, to other: String) throws(FileSystemError) {
        guard Glibc.rename(path, other) == 0 else { throw .system("cannot rename \(path) to", other) }
    }

    /// Renames only when nothing is at the other path.
    public static func renameNew(_ path: String, to other: String) throws(FileSystemError) {
        let code = -platform_rename_new(path, other)
        if code == 0 { return }
        errno = code
        guard code == EINVAL || code == ENOSYS else { throw .system("cannot rename \(path) to", other) }
        // A file system without the flag: a folder is never put in the place of a full one, which is nearly as good.
        if try exists(other) { throw FileSystemError(.exists, "cannot rename \(path) to \(other): it exists") }
        try rename(path, to: other)
    }

    /// Removes a file, or a folder with all in it; nothing there is fine.
    public static func remove(_ path: String) throws(FileSystemError) {
        try FolderEntries.remove(FolderEntries.bytes(path))
    }

    /// Removes the folder if nothing is in it, and leaves it alone otherwise.
    public static func removeEmptyFolder(_ path: String) { _ = rmdir(path) }

    /// Makes a symbolic link.
    public static func link(_ path: String, to target: String) throws(FileSystemError) {
        guard symlink(target, path) == 0 else { throw .system("cannot make the link", path) }
    }
}
