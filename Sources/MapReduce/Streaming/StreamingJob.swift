public import ClusterModel
internal import FileSystems

/// Makes a job of its command line, as Hadoop's StreamJob and JobSubmitter do on the client's side: the input is looked
/// up and cut into splits, the output must not exist, and the files to bring along are read.
public struct StreamingJob: Sendable {
    public internal(set) var specification: JobSpecification
    /// The bytes of `specification.program.files`.
    public let fileContents: [[UInt8]]

    /// - Throws: ``StreamingError``, or an error of the file system, before anything runs.
    public init(_ arguments: StreamingArguments) throws { try self.init(arguments, mapper: nil) }

    /// - Parameters:
    ///   - mapper: The words of a ``NativeStep``; nil for the mapper that the arguments name.
    ///   - rows: What a mapper that reads nothing is to make, in so many parts.
    init(_ arguments: StreamingArguments, mapper: [String]?, rows: (count: Int, parts: Int)? = nil) throws {
        var specification = JobSpecification()
        specification.reduceCount = try arguments.reduceCount()
        specification.mapAttemptLimit = try arguments.number(.mapAttempts, 1...JobSpecification.attemptLimitBound)
        specification.reduceAttemptLimit = try arguments.number(.reduceAttempts, 1...JobSpecification.attemptLimitBound)
        specification.taskTimeout = try arguments.number(.timeout, 0...Int(Int32.max))
        specification.speculatesMaps = try arguments.flag(.mapSpeculation)
        specification.speculatesReduces = try arguments.flag(.reduceSpeculation)
        specification.reduceSlowStart = try arguments.thousandths(.reduceSlowStart)
        specification.runningMapLimit = try arguments.number(.runningMaps, -Int(Int32.max)...Int(Int32.max))
        specification.runningReduceLimit = try arguments.number(.runningReduces, -Int(Int32.max)...Int(Int32.max))
        specification.name = Self.name(arguments)
        if arguments.hasOutput { specification.output = try Self.newFolder(arguments.output) }
        if let rows {
            JobInput.add(rows: rows.count, parts: rows.parts, to: &specification)
        } else {
            try JobInput.add(arguments, to: &specification)
        }
        fileContents = try Self.addFiles(arguments, to: &specification)
        try Self.addProgram(arguments, to: &specification)
        if let mapper {
            guard specification.program.inputFiles == .text else {
                throw StreamingError(
                    "\(specification.name) does not read SequenceFiles: leave out \(Property.inputFormat.name)")
            }
            specification.program.mapper = mapper
        }
        specification.program.format = try arguments.recordFormat()
        specification.program.outputCompression = try arguments.outputCompression()?.rawValue ?? ""
        specification.program.outputFiles = try arguments.outputFiles().files
        specification.program.ignoresExitStatus = try !arguments.flag(.exitStatusMatters)
        specification.program.writeLimit = try arguments.number(.writeLimit, -1...Int.max)
        specification.program.mapOutputCompression = try arguments.mapOutputCompression()?.rawValue ?? ""
        specification.program.shuffleMemory = try arguments.number(.shuffleMemory, 0...Int.max)
        specification.program.processLimit = try arguments.number(.processLimit, 0...Int(Int32.max))
        specification.program.sorting = try arguments.sortSettings()
        self.specification = specification
    }

    private static func newFolder(_ output: String) throws -> String {
        let output = try FileURI(parsing: output)
        if try LocalFileSystem.exists(output.path) {
            throw StreamingError("Output directory \(output) already exists: choose another, or remove it")
        }
        return output.description
    }

    private static func name(_ arguments: StreamingArguments) -> String {
        let name = arguments.value(.jobName)
        return name.isEmpty ? CommandWords.split(arguments.mapper)[0] : name
    }

    private static func addFiles(
        _ arguments: StreamingArguments, to specification: inout JobSpecification
    ) throws -> [[UInt8]] {
        var contents: [[UInt8]] = []
        for file in arguments.files {
            guard let status = try LocalFileSystem.status(file.path) else {
                throw StreamingError("there is no file \(file.path) to bring along")
            }
            guard !status.isFolder else {
                throw StreamingError(
                    "\(file.path) is a folder: pack it and bring it along with -archives, or name its files")
            }
            let total = contents.reduce(status.length) { $0 + $1.count }
            guard total <= SideFile.byteLimit else {
                throw StreamingError(
                    "the files to bring along are over \(SideFile.byteLimit >> 20) MiB: put the large ones where every "
                        + "node can read them")
            }
            let bytes = try FileReader.readAll(file.path, limit: SideFile.byteLimit)
            contents.append(bytes)
            specification.program.files.append(
                SideFile(
                    name: file.link, isExecutable: status.isExecutable, byteCount: bytes.count,
                    isArchive: file.isArchive))
        }
        return contents
    }

    private static func addProgram(
        _ arguments: StreamingArguments, to specification: inout JobSpecification
    ) throws(StreamingError) {
        specification.program.mapper = try StepCommand.words(arguments.mapper, .mapper)
        specification.program.combiner = try StepCommand.words(arguments.combiner, .combiner)
        if specification.reduceCount > 0 {
            specification.program.reducer = try StepCommand.words(arguments.reducer, .reducer)
            // Hadoop streaming combines with it too, whatever -combiner says.
            if arguments.reducer.lowercased() == "aggregate" {
                specification.program.combiner = BuiltInStep.aggregate.command
            }
        }
        // What has no standard is not set unless it is given.
        var properties =
            Property.all.filter { !$0.standard.isEmpty }.map { ($0.name, arguments.value($0)) } + arguments.properties
        properties.append((Property.inputFormat.name, try arguments.inputFormat().className))
        properties.append((Property.reduces.name, "\(specification.reduceCount)"))
        properties.append((Property.jobName.name, specification.name))
        properties.append(("mapreduce.output.fileoutputformat.outputdir", specification.output))
        specification.program.environment = TaskEnvironment.variables(
            properties: properties.map { (name: $0.0, value: $0.1) }, commandLine: arguments.environment)
    }
}
