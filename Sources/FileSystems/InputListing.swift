/// A file that a job reads.
public struct InputFile: Hashable, Sendable {
    public let uri: FileURI
    /// Bytes.
    public let length: Int

    /// Nil when it is read as it is.
    public var compression: CompressionFormat? { CompressionFormat(ofFile: uri.path) }

    /// Whether it may make several splits: text and bzip2's blocks anywhere, zstd between its frames.
    public var isSplittable: Bool {
        switch compression {
        case nil, .bzip2, .zstandard: true
        case .gzip, .deflate: false
        }
    }
}

/// A piece of an input file for one map task, or several whole files.
public struct FileSplit: Hashable, Sendable {
    /// Place among the files.
    public let file: Int
    public let offset: Int
    /// Of several files together.
    public let length: Int
    /// Files behind the first, each whole.
    public var followers = 0
}

/// The files and splits of a job, as Hadoop's FileInputFormat finds them.
public enum InputListing {
    /// Bytes of a split when nothing else is said: Hadoop's block size.
    public static let defaultSplitSize = 128 << 20
    /// The last split of a file may be this much longer than the others, so that none is tiny.
    static let slop = 1.1

    /// The files of a job, at most; with more, the cluster is of less use than a program that joins them first.
    public static let fileLimit = 1_000_000

    /// The files under paths, folders and patterns, each input's sorted by path. Files whose names begin with `_` or `.`
    /// are passed over; a folder in an input folder is refused, as Hadoop does unless told to recurse.
    ///
    /// - Parameters:
    ///   - recursive: Hadoop's `mapreduce.input.fileinputformat.input.dir.recursive`.
    ///   - ignoringFolders: Hadoop's `mapreduce.input.fileinputformat.input.dir.nonrecursive.ignore.subdirs`.
    public static func files(
        _ inputs: [String], recursive: Bool = false, ignoringFolders: Bool = false
    ) throws(FileSystemError) -> [InputFile] {
        try files(inputs, recursive: recursive, ignoringFolders: ignoringFolders, limit: fileLimit)
    }

    static func files(
        _ inputs: [String], recursive: Bool, ignoringFolders: Bool = false, limit: Int
    ) throws(FileSystemError) -> [InputFile] {
        var search = InputSearch(isRecursive: recursive, ignoresFolders: ignoringFolders, limit: limit)
        for input in inputs { try search.add(input) }
        return search.files
    }

    /// Cuts the files. An empty file is one empty split.
    ///
    /// - Parameters:
    ///   - maxSize: Bytes, at least 1.
    ///   - limit: Of splits.
    /// - Throws: When there would be more than `limit`.
    public static func splits(
        _ files: [InputFile], maxSize: Int, limit: Int = .max
    ) throws(FileSystemError) -> [FileSplit] {
        precondition(maxSize > 0)
        var splits: [FileSplit] = []
        for index in files.indices {
            cut(files[index], index, maxSize: maxSize, limit: limit, into: &splits)
            guard splits.count <= limit else { throw tooMany(limit, maxSize) }
        }
        return splits
    }

    static func tooMany(_ limit: Int, _ maxSize: Int) -> FileSystemError {
        FileSystemError(
            .invalid,
            "the input makes more than \(limit) splits of at most \(maxSize) bytes: make them larger "
                + "(mapreduce.input.fileinputformat.split.maxsize)")
    }

    /// Stops one behind the limit.
    private static func cut(
        _ file: InputFile, _ index: Int, maxSize: Int, limit: Int, into splits: inout [FileSplit]
    ) {
        guard file.isSplittable else { return splits.append(FileSplit(file: index, offset: 0, length: file.length)) }
        if file.compression == .zstandard { return cutAtFrames(file, index, maxSize, into: &splits) }
        var offset = 0
        while Double(file.length - offset) / Double(maxSize) > slop, splits.count <= limit {
            splits.append(FileSplit(file: index, offset: offset, length: maxSize))
            offset += maxSize
        }
        if offset < file.length || file.length == 0 {
            splits.append(FileSplit(file: index, offset: offset, length: file.length - offset))
        }
    }

    /// Each split has as many frames as it may, and one at least.
    static func cutAtFrames(_ file: InputFile, _ index: Int, _ maxSize: Int, into splits: inout [FileSplit]) {
        var offset = 0
        var end = 0
        for frameEnd in frameEnds(file, maxSize) {
            if frameEnd - offset > maxSize, end > offset {
                splits.append(FileSplit(file: index, offset: offset, length: end - offset))
                offset = end
            }
            end = frameEnd
        }
        splits.append(FileSplit(file: index, offset: offset, length: file.length - offset))
    }

    /// None where there is no need to cut. A file that cannot be read, or not be understood, is for its map task to complain of.
    private static func frameEnds(_ file: InputFile, _ maxSize: Int) -> [Int] {
        guard file.length > maxSize else { return [] }
        return (try? ZstandardFrames.ends(file.uri.path)) ?? []
    }
}
