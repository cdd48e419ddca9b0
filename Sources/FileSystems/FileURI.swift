/// A file's or folder's URI. So far there is `file:`, whose path must be the same on every node.
public struct FileURI: Hashable, Sendable, CustomStringConvertible {
    /// Absolute, without a slash at its end.
    public let path: String

    public init(path: String) {
        precondition(path.hasPrefix("/"), "\(path) is not absolute")
        self.path = Self.normal(path)
    }

    /// Reads `file:///a/b`, `file:/a/b` or `file://localhost/a/b`. Nothing is decoded, as in Hadoop's Path.
    public init(parsing text: String) throws(FileSystemError) {
        guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else {
            let hint = text.hasPrefix("/") ? "file://\(text)" : "file:///ABSOLUTE/PATH"
            throw FileSystemError(
                .invalid,
                "'\(text)' names no file system: write \(hint) "
                    + "(a bare path will mean hdfs:// once there is a block store)")
        }
        let scheme = text[..<colon]
        guard scheme == "file" else {
            throw FileSystemError(.invalid, "'\(text)': the file system '\(scheme)' is not there yet, only file://")
        }
        let rest = Self.withoutAuthority(text[text.index(after: colon)...])
        guard rest.hasPrefix("/") else {
            throw FileSystemError(.invalid, "'\(text)' is not absolute: write file:///ABSOLUTE/PATH")
        }
        guard !rest.utf8.contains(0) else { throw FileSystemError(.invalid, "a path has a zero byte in it") }
        path = Self.normal(String(rest))
    }

    public var description: String { "file://\(path)" }

    public var name: String { String(path.split(separator: "/").last ?? "") }

    public var parent: FileURI {
        let parts = path.split(separator: "/").dropLast()
        return FileURI(path: "/" + parts.joined(separator: "/"))
    }

    public func appending(_ name: String) -> FileURI { FileURI(path: path == "/" ? "/\(name)" : "\(path)/\(name)") }

    private static func withoutAuthority(_ text: Substring) -> Substring {
        guard text.hasPrefix("//") else { return text }
        let path = text.dropFirst(2)
        return path.hasPrefix("localhost/") ? path.dropFirst(9) : path
    }

    /// Without `.` and `..`, so that two ways to write a path are one, as in Hadoop's Path.
    private static func normal(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
