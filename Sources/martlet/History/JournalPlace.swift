internal import FileSystems

/// A folder with a journal, as users name it.
enum JournalPlace {
    /// - Parameter path: A coordinator's data folder, or the folder of a cluster that `up` made.
    static func find(_ path: String) throws -> String {
        let path = try CommandPath.absolute(path)
        for folder in [path, ClusterFolder(path: path).coordinator] where try !segments(folder).isEmpty {
            return folder
        }
        throw UserError(
            "there is no journal in \(path): name the data folder of a coordinator, or the folder of a cluster that "
                + "'martlet up' has made")
    }

    static func segments(_ folder: String) throws(FileSystemError) -> [String] {
        guard try LocalFileSystem.status(folder)?.isFolder == true else { return [] }
        return try LocalFileSystem.list(folder).filter { $0.hasSuffix(".journal") }
    }
}
