/// Finds the files of a job's inputs (Hadoop's FileInputFormat.listStatus).
struct InputSearch {
    let isRecursive: Bool
    /// Folders in input folders are passed over, where they are not read.
    let ignoresFolders: Bool
    /// Of files and folders looked at. It also ends a search in links that lead back into themselves.
    let limit: Int
    private(set) var files: [InputFile] = []
    private var seenCount = 0

    init(isRecursive: Bool, ignoresFolders: Bool, limit: Int) {
        self.isRecursive = isRecursive
        self.ignoresFolders = ignoresFolders
        self.limit = limit
    }

    mutating func add(_ input: String) throws(FileSystemError) {
        let uri = try FileURI(parsing: input)
        let paths = Glob.isPattern(uri.path) ? try Glob.paths(uri.path).filter { !Self.isHidden($0) } : [uri.path]
        if paths.isEmpty { throw FileSystemError(.notFound, "Input Pattern \(uri) matches 0 files") }
        for path in paths {
            let uri = FileURI(path: path)
            let status = try look(at: uri)
            if status.isFolder { try addFolder(uri) } else { try addFile(uri, status.length) }
        }
    }

    private mutating func addFolder(_ folder: FileURI) throws(FileSystemError) {
        for name in try LocalFileSystem.list(folder.path) where !Self.isHidden(name) {
            let uri = folder.appending(name)
            let status = try look(at: uri)
            if !status.isFolder {
                try addFile(uri, status.length)
            } else if isRecursive {
                try addFolder(uri)
            } else if !ignoresFolders {
                throw FileSystemError(
                    .invalid,
                    "Not a file: \(uri): give the folders themselves, a pattern such as \(folder)/*, or "
                        + "-D mapreduce.input.fileinputformat.input.dir.recursive=true")
            }
        }
    }

    private mutating func addFile(_ uri: FileURI, _ length: Int) throws(FileSystemError) {
        if let suffix = CompressionFormat.unknownSuffixes.first(where: { uri.path.hasSuffix($0) }) {
            let known = CompressionFormat.allCases.map(\.suffix).joined(separator: ", ")
            throw FileSystemError(
                .invalid, "\(uri) cannot be read: there is no codec for \(suffix) files, only for \(known)")
        }
        files.append(InputFile(uri: uri, length: length))
    }

    /// - Throws: Also for a link that leads nowhere: left out, its lines would be missing without a word.
    private mutating func look(at uri: FileURI) throws(FileSystemError) -> FileStatus {
        seenCount += 1
        guard seenCount <= limit else {
            throw FileSystemError(
                .invalid, "the input has more than \(limit) files and folders: join small files first")
        }
        guard let status = try LocalFileSystem.status(uri.path) else {
            throw FileSystemError(.notFound, "Input path does not exist: \(uri)")
        }
        return status
    }

    private static func isHidden(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return name.hasPrefix("_") || name.hasPrefix(".")
    }
}
