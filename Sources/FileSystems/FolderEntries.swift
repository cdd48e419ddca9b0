internal import Glibc

/// What is in folders, with names as the bytes that they are: a program may make files whose names are not UTF-8, and
/// its folder must go all the same. Bytes of a path end with a zero.
enum FolderEntries {
    static func bytes(_ path: String) -> [UInt8] { Array(path.utf8) + [0] }

    /// Without `.` and `..`, in no order; each ends with a zero.
    static func names(in path: [UInt8]) throws(FileSystemError) -> [[UInt8]] {
        guard let folder = path.withUnsafeBytes({ opendir($0.baseAddress!) }) else {
            throw .system("cannot list", shown(path))
        }
        defer { closedir(folder) }
        var names: [[UInt8]] = []
        while true {
            // The end and an error look alike but for errno.
            errno = 0
            guard let entry = readdir(folder) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [UInt8(ascii: ".")] && name != Array("..".utf8) { names.append(name + [0]) }
        }
        guard errno == 0 else { throw .system("cannot list", shown(path)) }
        return names
    }

    /// Removes a file, or a folder with all in it; nothing there is fine, also when somebody else removes it meanwhile. Links
    /// are removed, not followed.
    static func remove(_ path: [UInt8]) throws(FileSystemError) {
        if path.withUnsafeBytes({ unlink($0.baseAddress!) }) == 0 || errno == ENOENT || errno == ENOTDIR { return }
        guard errno == EISDIR || errno == EPERM else { throw .system("cannot remove", shown(path)) }
        do throws(FileSystemError) {
            for name in try names(in: path) { try remove(path.dropLast() + [UInt8(ascii: "/")] + name) }
        } catch {
            guard error.kind == .notFound else { throw error }
        }
        if path.withUnsafeBytes({ rmdir($0.baseAddress!) }) == 0 || errno == ENOENT { return }
        throw .system("cannot remove", shown(path))
    }

    private static func shown(_ path: [UInt8]) -> String { String(decoding: path.dropLast(), as: UTF8.self) }
}
