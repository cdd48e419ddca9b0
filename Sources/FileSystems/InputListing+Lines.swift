internal import Records

extension InputListing {
    /// Cuts the files after every so many lines (Hadoop's NLineInputFormat), for which they are read once. An empty file makes
    /// no split. Those of a compressed file are ranges of its content: to come to a split's beginning, a reader unpacks what
    /// is before it.
    ///
    /// The splits are whole lines: Hadoop's begin one byte early, so that its readers give a first line without a byte twice.
    ///
    /// - Throws: When there would be more than `limit`.
    public static func lineSplits(
        _ files: [InputFile], linesPerSplit: Int, limit: Int = .max
    ) throws -> [FileSplit] {
        var splits: [FileSplit] = []
        for (index, file) in files.enumerated() {
            try cut(file, index, linesPerSplit, limit, into: &splits)
        }
        return splits
    }

    private static func cut(
        _ file: InputFile, _ index: Int, _ linesPerSplit: Int, _ limit: Int, into splits: inout [FileSplit]
    ) throws {
        var reader: any ByteSource =
            try file.compression.map { try $0.reader(file.uri.path) } ?? FileReader(file.uri.path)
        var groups = LineGroups(size: linesPerSplit)
        var chunk: [UInt8] = []
        func add(_ range: Range<Int>) {
            splits.append(FileSplit(file: index, offset: range.lowerBound, length: range.count))
        }
        while try reader.read(into: &chunk, limit: 1 << 20) > 0 {
            groups.take(chunk.span, onGroup: add)
            chunk.removeAll(keepingCapacity: true)
            try check(splits.count, limit)
        }
        groups.finish(onGroup: add)
        try check(splits.count, limit)
    }

    private static func check(_ count: Int, _ limit: Int) throws(FileSystemError) {
        guard count > limit else { return }
        throw FileSystemError(
            .invalid,
            "the input makes more than \(limit) splits: give each more lines (mapreduce.input.lineinputformat.linespermap)"
        )
    }
}
