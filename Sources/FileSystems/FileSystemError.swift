internal import Glibc

/// A file operation that failed; the text says what, where, and what to do where that is known.
public struct FileSystemError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case notFound
        case exists
        case system(Int32)
        /// More was written than is allowed.
        case overLimit
        /// The request or the data is wrong, not the system.
        case invalid
    }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// From `errno`, right after the call that set it.
    static func system(_ doing: String, _ path: String) -> FileSystemError {
        let code = errno
        let kind: Kind =
            switch code {
            case ENOENT: .notFound
            case EEXIST, ENOTEMPTY: .exists
            default: .system(code)
            }
        return FileSystemError(kind, "\(doing) \(path): \(String(cString: strerror(code)))\(advice(code))")
    }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case ENOSPC: " (the disk is full: make room on it)"
        case EDQUOT: " (the user's share of the disk is full: make room in it, or raise the quota)"
        case EFBIG: " (a limit on the size of files is reached: ulimit -f)"
        case EACCES, EPERM: " (the user that runs the cluster needs the right to)"
        case EMFILE, ENFILE: " (raise the limit of open files: ulimit -n)"
        case ENAMETOOLONG: " (the path or a name in it is too long)"
        default: ""
        }
    }
}
