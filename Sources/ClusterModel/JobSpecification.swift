/// What a client submits: the whole job, worked out so far that the cluster only has to run it.
public struct JobSpecification: Hashable, Sendable {
    public static let splitLimit = 1_000_000
    public static let reduceLimit = 10_000
    public static let attemptLimitBound = 100
    /// Milliseconds of a year: a deadline that far off must still be an ``Instant``.
    public static let taskTimeoutLimit = 31_536_000_000

    public var name = ""
    /// URIs of the input files; a split names one by its place here.
    public var inputs: [String] = []
    /// One map task each.
    public var splits: [InputSplit] = []
    /// 0 makes a job without reduce tasks: what the mappers write is the output.
    public var reduceCount = 1
    /// URI of the folder that the job makes; it must not exist.
    public var output = ""
    /// Failures of its own after which a map task fails the job (`mapreduce.map.maxattempts`).
    public var mapAttemptLimit = 4
    /// The same for a reduce task (`mapreduce.reduce.maxattempts`).
    public var reduceAttemptLimit = 4
    /// Milliseconds without any sign of progress after which an attempt is killed; 0 is never (`mapreduce.task.timeout`).
    public var taskTimeout = 600_000
    public var program = StreamingProgram()
    /// Slow map tasks may be given backup tasks (`mapreduce.map.speculative`).
    public var speculatesMaps = true
    /// The same for reduce tasks (`mapreduce.reduce.speculative`).
    public var speculatesReduces = true
    /// Thousandths of the maps that must be done before reducers may start to fetch
    /// (`mapreduce.job.reduce.slowstart.completedmaps`).
    public var reduceSlowStart = standardSlowStart
    public static let standardSlowStart = 50
    /// Map attempts that may run at once; 0 and less is any number (`mapreduce.job.running.map.limit`).
    public var runningMapLimit = 0
    /// The same for reduce attempts (`mapreduce.job.running.reduce.limit`).
    public var runningReduceLimit = 0

    public init() {}

    /// How many tasks the kind has.
    public func taskCount(_ kind: TaskKind) -> Int {
        switch kind {
        case .map: splits.count
        case .reduce: reduceCount
        case .commit, .abort: hasOutput ? 1 : 0
        }
    }

    /// A job may be run for what its tasks do alone (Hadoop's NullOutputFormat).
    public var hasOutput: Bool { !output.isEmpty }

    func speculates(_ kind: TaskKind) -> Bool {
        switch kind {
        case .map: speculatesMaps
        case .reduce: speculatesReduces
        case .commit, .abort: false
        }
    }

    /// Attempts that may run at once; 0 and less is any number.
    package func runningLimit(_ kind: TaskKind) -> Int {
        switch kind {
        case .map: runningMapLimit
        case .reduce: runningReduceLimit
        case .commit, .abort: 0
        }
    }

    func attemptLimit(_ kind: TaskKind) -> Int {
        switch kind {
        case .map: mapAttemptLimit
        case .reduce: reduceAttemptLimit
        case .commit, .abort: 4
        }
    }

    /// Why the cluster cannot run it; nil when it can.
    func refusal() -> String? {
        let attemptLimits = 1...Self.attemptLimitBound
        if splits.count > Self.splitLimit {
            return "the input makes \(splits.count) splits, the limit is \(Self.splitLimit): raise "
                + "mapreduce.input.fileinputformat.split.maxsize"
        }
        if !(0...Self.reduceLimit).contains(reduceCount) {
            return "\(reduceCount) reduce tasks are not between 0 and \(Self.reduceLimit)"
        }
        if !attemptLimits.contains(mapAttemptLimit) || !attemptLimits.contains(reduceAttemptLimit) {
            return "the number of attempts is not between 1 and \(Self.attemptLimitBound)"
        }
        if !(0...Self.taskTimeoutLimit).contains(taskTimeout) {
            return "a task timeout of \(taskTimeout) ms is not between 0 and \(Self.taskTimeoutLimit): 0 is for none "
                + "(mapreduce.task.timeout)"
        }
        if !(0...1000).contains(reduceSlowStart) {
            return
                "reducers are to start when \(reduceSlowStart) thousandths of the maps are done, not between 0 and 1000 "
                + "(mapreduce.job.reduce.slowstart.completedmaps)"
        }
        if program.mapper.isEmpty { return "the job names no mapper" }
        if reduceCount > 0 && program.reducer.isEmpty { return "the job has reduce tasks and names no reducer" }
        if let refusal = program.sorting.refusal() { return refusal }
        if !hasSoundSplits { return "a split names an input that is none, or a place before it" }
        return nil
    }
}

extension JobSpecification {
    var hasSoundSplits: Bool { splits.allSatisfy { isSound($0) } }

    private func isSound(_ split: InputSplit) -> Bool {
        inputs.indices.contains(split.input) && split.offset >= 0 && split.length >= 0
            && !split.offset.addingReportingOverflow(split.length).overflow
            && (0..<inputs.count - split.input).contains(split.followers) && (split.followers == 0 || split.offset == 0)
    }

    /// What reports still need of it when the job has ended.
    func collapsed() -> JobSpecification {
        var rest = self
        rest.inputs = []
        rest.splits = []
        rest.program = StreamingProgram()
        return rest
    }
}

/// A piece of an input file that one map task reads (Hadoop's FileSplit), or several files, whole and one behind the other
/// among the inputs (Hadoop's CombineFileSplit).
public struct InputSplit: Hashable, Sendable {
    /// Place in ``JobSpecification/inputs``.
    public var input: Int
    /// Bytes from the file's beginning.
    public var offset: Int
    /// Bytes, of several files together. Lines that begin in the split belong to it, wherever they end.
    public var length: Int
    /// Files behind the first.
    public var followers: Int

    public init(input: Int = 0, offset: Int = 0, length: Int = 0, followers: Int = 0) {
        self.input = input
        self.offset = offset
        self.length = length
        self.followers = followers
    }
}

/// What the tasks of a streaming job run. The core carries it and does not look inside.
public struct StreamingProgram: Hashable, Sendable {
    /// Words of the command, already split.
    public var mapper: [String] = []
    /// Empty for none.
    public var combiner: [String] = []
    /// Empty for none.
    public var reducer: [String] = []
    /// `NAME=value`, sorted by name.
    public var environment: [String] = []
    /// Files laid into each attempt's folder; their bytes travel beside the specification.
    public var files: [SideFile] = []
    /// Bytes that an attempt may write to its node's disk, and that a file of its programs may have; 0 or less is any number
    /// (`mapreduce.task.local-fs.write-limit.bytes`).
    public var writeLimit = 64 << 30
    /// Processes that an attempt's programs may be at once; 0 is any number (`martlet.task.process-limit`).
    public var processLimit = 1000
    public var format = RecordFormat()
    /// A program that ends with another status than 0 has succeeded all the same (`stream.non.zero.exit.is.failure`).
    public var ignoresExitStatus = false
    /// Splits are whole lines (NLineInputFormat), rather than begin and end anywhere.
    public var splitsAreLines = false
    public var inputFiles = InputFiles.text
    public var outputFiles = OutputFiles.text
    /// How the output is compressed, by the ending of its files' names, such as `gz`; empty when it is not.
    public var outputCompression = ""
    /// Bytes of fetched map output that a reduce attempt may have in memory (`mapreduce.reduce.memory.totalbytes`).
    public var shuffleMemory = standardShuffleMemory
    public static let standardShuffleMemory = 64 << 20
    public var sorting = SortSettings()
    /// How what goes from maps to reducers is compressed, by a name that the nodes know, such as `lz4`; empty when it is not.
    public var mapOutputCompression = ""

    public init() {}
}

/// A file that the job brings along (`-files`, `-archives`).
public struct SideFile: Hashable, Sendable {
    /// All of a job's files together.
    public static let byteLimit = 64 << 20

    /// The name that it has in an attempt's folder; without a slash.
    public var name: String
    public var isExecutable: Bool
    public var byteCount: Int
    /// It is unpacked on each node into a folder of its name (`-archives`).
    public var isArchive: Bool

    public init(name: String = "", isExecutable: Bool = false, byteCount: Int = 0, isArchive: Bool = false) {
        self.name = name
        self.isExecutable = isExecutable
        self.byteCount = byteCount
        self.isArchive = isArchive
    }
}
