extension InputListing {
    /// Bytes of the paths of a split's files, at most: they travel with each attempt.
    static let combinedPathLimit = 1 << 20

    /// Puts small files, compressed ones too, together into splits (Hadoop's CombineFileInputFormat): one is full when it
    /// holds `size` bytes. A longer file that can be cut is cut, and its pieces are splits of their own.
    ///
    /// - Parameter size: Bytes, at least 1.
    /// - Throws: When there would be more than `limit`.
    public static func combinedSplits(
        _ files: [InputFile], size: Int, limit: Int = .max
    ) throws(FileSystemError) -> [FileSplit] {
        try combinedSplits(files, size: size, limit: limit, pathLimit: combinedPathLimit)
    }

    static func combinedSplits(
        _ files: [InputFile], size: Int, limit: Int, pathLimit: Int
    ) throws(FileSystemError) -> [FileSplit] {
        precondition(size > 0)
        var splits: [FileSplit] = []
        var open: (split: FileSplit, pathBytes: Int)?
        for (index, file) in files.enumerated() {
            let pathBytes = file.uri.path.utf8.count
            if let (split, before) = open,
                split.length >= size || before + pathBytes > pathLimit
                    || isCut(file, size)
            {
                splits.append(split)
                open = nil
            }
            if isCut(file, size) {
                cutEvenly(file, index, size, limit, into: &splits)
            } else if let (split, before) = open {
                open = (split.joined(by: file), before + pathBytes)
            } else {
                open = (FileSplit(file: index, offset: 0, length: file.length), pathBytes)
            }
            guard splits.count <= limit else { throw tooMany(limit, size) }
        }
        if let open { splits.append(open.split) }
        guard splits.count <= limit else { throw tooMany(limit, size) }
        return splits
    }

    private static func isCut(_ file: InputFile, _ size: Int) -> Bool { file.isSplittable && file.length > size }

    /// What is left over is halved rather than cut into a large and a tiny piece. Stops one behind the limit.
    private static func cutEvenly(
        _ file: InputFile, _ index: Int, _ size: Int, _ limit: Int, into splits: inout [FileSplit]
    ) {
        if file.compression == .zstandard { return cutAtFrames(file, index, size, into: &splits) }
        var offset = 0
        while offset < file.length, splits.count <= limit {
            let left = file.length - offset
            let length = left > size && left - size < size ? left / 2 : min(size, left)
            splits.append(FileSplit(file: index, offset: offset, length: length))
            offset += length
        }
    }
}

extension FileSplit {
    fileprivate func joined(by other: InputFile) -> FileSplit {
        let (sum, isTooMuch) = length.addingReportingOverflow(other.length)
        return FileSplit(file: file, offset: 0, length: isTooMuch ? .max : sum, followers: followers + 1)
    }
}
