internal import ClusterModel
internal import FileSystems

/// Finds a job's input and cuts it into splits.
enum JobInput {
    static func add(_ arguments: StreamingArguments, to specification: inout JobSpecification) throws {
        let format = try arguments.inputFormat()
        let files = try InputListing.files(
            arguments.inputs, recursive: arguments.flag(.recursion), ignoringFolders: arguments.flag(.ignoresFolders))
        specification.inputs = files.map(\.uri.description)
        specification.splits = try splits(files, format, arguments).map {
            InputSplit(input: $0.file, offset: $0.offset, length: $0.length, followers: $0.followers)
        }
        specification.program.splitsAreLines = format == .nLine
        specification.program.inputFiles = format.files
    }

    /// Rows that are made rather than read: a split says which.
    static func add(rows: Int, parts: Int, to specification: inout JobSpecification) {
        specification.inputs = ["rows:"]
        specification.splits = (0..<parts).map { part in
            let (start, end) = (rows / parts * part, part == parts - 1 ? rows : rows / parts * (part + 1))
            return InputSplit(offset: start, length: end - start)
        }
    }

    private static func splits(
        _ files: [InputFile], _ format: InputFormat, _ arguments: StreamingArguments
    ) throws -> [FileSplit] {
        let limit = JobSpecification.splitLimit
        let size = try arguments.number(.splitSize, 1...Int.max)
        // Neither may be nonsense, whichever format is to heed it.
        let smallest = try arguments.number(.smallestSplitSize, 0...Int.max)
        let lines = try arguments.number(.linesPerMap, 1...Int.max)
        return switch format {
        case .text, .keyValueText, .sequenceFile, .sequenceFileAsText:
            try InputListing.splits(files, maxSize: max(size, smallest), limit: limit)
        case .nLine: try InputListing.lineSplits(files, linesPerSplit: lines, limit: limit)
        case .combineText: try InputListing.combinedSplits(files, size: size, limit: limit)
        }
    }
}
