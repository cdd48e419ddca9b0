internal import FileSystems

/// Where `down --keep` puts a coordinator's folder.
enum KeepPlace {
    /// Looked at before anything has ended: what cannot be kept there must not be lost.
    ///
    /// - Returns: The absolute path, when the folder can be renamed to it.
    static func find(_ path: String, for folder: ClusterFolder) throws -> String {
        let path = try CommandPath.absolute(path)
        guard !LocalFileSystem.isTaken(path) else {
            throw UserError("\(path) is there already: name a folder that is not")
        }
        let above = parent(of: path)
        guard let parent = try LocalFileSystem.realPath(above), let status = try LocalFileSystem.status(parent),
            status.isFolder
        else { throw UserError("there is no folder \(above): make it, or name another with --keep") }
        guard let cluster = try LocalFileSystem.realPath(folder.path), !isInside(parent, cluster) else {
            throw UserError("\(path) is in the cluster's own folder, which goes with it: name one outside")
        }
        guard let journal = try LocalFileSystem.status(folder.coordinator) else {
            throw UserError("the cluster '\(folder.name)' has no journal to keep: leave out --keep")
        }
        guard journal.device == status.device else {
            throw UserError(
                "\(path) is on another file system than \(folder.path): name a folder on the same, or copy "
                    + "\(folder.coordinator) there before 'martlet down'")
        }
        return path
    }

    /// What a path names its last part in. Nothing is resolved: `..` behind a link is not where it seems to be.
    static func parent(of path: String) -> String {
        let name = path.lastIndex { $0 != "/" }.map { path[...$0] } ?? ""
        let parent = name[..<(name.lastIndex(of: "/") ?? name.startIndex)]
        return parent.isEmpty ? "/" : String(parent)
    }

    /// Whether a folder is this one, or lies in it; both without links.
    static func isInside(_ path: String, _ folder: String) -> Bool { path == folder || path.hasPrefix(folder + "/") }
}
