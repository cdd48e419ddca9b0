internal import ClusterModel
internal import FileSystems

/// Finds a job's input, cuts it into splits, and says what its mappers read.
enum JobInput {
    static func add(_ arguments: StreamingArguments, to specification: inout JobSpecification) throws {
        let format = try arguments.inputFormat()
        let files = try InputListing.files(arguments.inputs, recursive: arguments.flag(.recursion))
        specification.inputs = files.map(\.uri.description)
        specification.splits = try splits(files, format, arguments).map {
            InputSplit(input: $0.file, offset: $0.offset, length: $0.length, followers: $0.followers)
        }
        specification.program.mapperInput = try mapperInput(format, arguments)
        specification.program.splitsAreLines = format == .nLine
        specification.program.keyValueSeparator = try separator(arguments)
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
        case .text, .keyValueText: try InputListing.splits(files, maxSize: max(size, smallest), limit: limit)
        case .nLine: try InputListing.lineSplits(files, linesPerSplit: lines, limit: limit)
        case .combineText: try InputListing.combinedSplits(files, size: size, limit: limit)
        }
    }

    /// Keys are left out for TextInputFormat and given for all others, unless told otherwise (PipeMapper.ignoreKey).
    private static func mapperInput(_ format: InputFormat, _ arguments: StreamingArguments) throws -> MapperInput {
        let isSaid = !arguments.value(.ignoreKey).isEmpty
        let ignoresKey = isSaid ? try arguments.flag(.ignoreKey) : format == .text
        return switch (format, ignoresKey) {
        case (.keyValueText, true): .value
        case (.keyValueText, false): .keyAndValue
        case (_, true): .line
        case (_, false): .offsetAndLine
        }
    }

    /// The low byte of the first of Java's characters of 16 bits.
    private static func separator(_ arguments: StreamingArguments) throws -> UInt8 {
        guard let first = arguments.value(.keyValueSeparator).utf16.first else {
            throw StreamingError("\(Property.keyValueSeparator.name) is empty: it must be a character")
        }
        return UInt8(truncatingIfNeeded: first)
    }
}
