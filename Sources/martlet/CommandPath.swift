internal import Glibc

/// Paths as users write them. Further in all paths are absolute, as daemons and nodes have other working folders.
enum CommandPath {
    /// The path, seen from this process's working folder if it is relative.
    static func absolute(_ path: String) throws(UserError) -> String {
        path.hasPrefix("/") ? path : "\(try workingFolder())/\(path)"
    }

    /// Of this process.
    static func workingFolder() throws(UserError) -> String {
        guard let folder = getcwd(nil, 0) else {
            throw UserError("the working folder cannot be told: go to one that is there")
        }
        defer { free(folder) }
        return String(cString: folder)
    }

    /// The same for a daemon's option.
    ///
    /// - Returns: Nil when it is missing.
    static func option(_ name: String, _ values: [String: String]) throws -> String? {
        guard let value = values[name] else { return nil }
        guard !value.isEmpty else { throw Daemon.Problem(description: "--\(name) is empty: write a folder's path") }
        return try absolute(value)
    }
}
