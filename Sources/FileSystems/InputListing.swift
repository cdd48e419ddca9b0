/// A file that a job reads.
public struct InputFile: Hashable, Sendable {
    public let uri: FileURI
    /// Bytes.
    public let length: Int

    /// A compressed file is read from its beginning or not at all.
    public var isSplittable: Bool { !uri.path.hasSuffix(".gz") }
}

/// A piece of an input file for one map task.
public struct FileSplit: Hashable, Sendable {
    /// Place among the files.
    public let file: Int
    public let offset: Int
    public let length: Int
}

/// The files and splits of a job, as Hadoop's FileInputFormat finds them.
public enum InputListing {
    /// Bytes of a split when nothing else is said: Hadoop's block size.
    public static let defaultSplitSize = 128 << 20
    /// The last split of a file may be this much longer than the others, so that none is tiny.
    static let slop = 1.1

    /// The files under paths, folders and patterns, each input's sorted by path. Files whose names begin with `_` or `.`
    /// are passed over; a folder in an input folder is refused, as Hadoop does unless told to recurse.
    public static func files(_ inputs: [String]) throws(FileSystemError) -> [InputFile] {
        var files: [InputFile] = []
        for input in inputs { files += try self.files(input) }
        return files
    }

    private static func files(_ input: String) throws(FileSystemError) -> [InputFile] {
        let uri = try FileURI(parsing: input)
        let paths = Glob.isPattern(uri.path) ? try Glob.paths(uri.path).filter { !isHidden($0) } : [uri.path]
        if paths.isEmpty { throw FileSystemError(.notFound, "Input Pattern \(uri) matches 0 files") }
        var files: [InputFile] = []
        for path in paths {
            guard let status = try LocalFileSystem.status(path) else {
                throw FileSystemError(.notFound, "Input path does not exist: file://\(path)")
            }
            if status.isFolder {
                files += try folder(path)
            } else {
                files.append(InputFile(uri: FileURI(path: path), length: status.length))
            }
        }
        return files
    }

    private static func folder(_ path: String) throws(FileSystemError) -> [InputFile] {
        var files: [InputFile] = []
        for name in try LocalFileSystem.list(path) where !isHidden(name) {
            let uri = FileURI(path: path).appending(name)
            guard let status = try LocalFileSystem.status(uri.path) else { continue }
            guard !status.isFolder else {
                throw FileSystemError(
                    .invalid,
                    "Not a file: \(uri): give the folders themselves, or a pattern such as \(FileURI(path: path))/*")
            }
            files.append(InputFile(uri: uri, length: status.length))
        }
        return files
    }

    private static func isHidden(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return name.hasPrefix("_") || name.hasPrefix(".")
    }

    /// Cuts the files. An empty file is one empty split.
    ///
    /// - Parameter maxSize: Bytes, at least 1.
    public static func splits(_ files: [InputFile], maxSize: Int) -> [FileSplit] {
        precondition(maxSize > 0)
        return files.indices.flatMap { index -> [FileSplit] in
            let length = files[index].length
            guard files[index].isSplittable else { return [FileSplit(file: index, offset: 0, length: length)] }
            var splits: [FileSplit] = []
            var offset = 0
            while Double(length - offset) / Double(maxSize) > slop {
                splits.append(FileSplit(file: index, offset: offset, length: maxSize))
                offset += maxSize
            }
            if offset < length || length == 0 {
                splits.append(FileSplit(file: index, offset: offset, length: length - offset))
            }
            return splits
        }
    }
}
