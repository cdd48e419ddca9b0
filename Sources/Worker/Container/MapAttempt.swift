internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records
internal import Wire

/// A map attempt of a streaming job: lines of the split to the mapper, what it writes to the reducers' partitions, or to
/// the output folder when there are no reducers.
final class MapAttempt: RunningAttempt {
    let context: AttemptContext
    private let input: SplitInput
    private var lines = LineDecoder()
    private let sink: any RecordSink
    private let uri: String
    private let offset: Int
    private let length: Int

    init(_ context: AttemptContext, uri: String, offset: Int, length: Int) throws {
        self.context = context
        (self.uri, self.offset, self.length) = (uri, offset, length)
        input = try SplitInput(FileURI(parsing: uri), offset: offset, length: length)
        sink = context.task.job.reduceCount == 0 ? try TextOutput(context) : MapOutputCollector(context, suffix: "")
    }

    func start() throws {
        try context.linkFiles()
        let mapper = context.task.job.program.mapper
        let child = StreamingChild(
            mapper, feed: { [self] in try nextLines() }, onOutput: { [self] in try take($0) },
            onError: { [self] in context.takeStandardError($0) }, onEnd: { [self] in mapperEnded($0) }
        )
        try child.start(context, environment: environment)
    }

    private var environment: [String] {
        context.environment([
            ("mapreduce.map.input.file", uri), ("mapreduce.map.input.start", "\(offset)"),
            ("mapreduce.map.input.length", "\(length)"),
        ])
    }

    private func nextLines() throws -> [UInt8]? {
        context.noteProgress()
        context.fraction = input.fraction
        return try input.next()
    }

    private func take(_ bytes: Span<UInt8>) throws {
        context.noteProgress()
        try lines.decode(bytes) { line in try sink.add(line) }
    }

    private func mapperEnded(_ outcome: StreamingChild.Outcome) {
        if let failure = outcome.failure(of: "mapper", context.task.job.program.mapper) {
            return context.fail(failure.reason, exitStatus: failure.exitStatus)
        }
        do {
            try lines.finish { line in try sink.add(line) }
            context.count("MAP_INPUT_RECORDS", input.lineCount)
            context.count("MAP_OUTPUT_RECORDS", sink.recordCount)
            context.count("MAP_OUTPUT_BYTES", sink.byteCount)
            try finish()
        } catch {
            context.fail("\(error)")
        }
    }

    private func finish() throws {
        guard let collector = sink as? MapOutputCollector, !context.task.job.program.combiner.isEmpty else {
            try sink.finish(context.task.mapOutputPath)
            return context.succeed()
        }
        let sorted = "\(context.task.folder)/.map-output"
        try collector.finish(sorted)
        try CombineStep(context, sorted: sorted, environment: environment).start()
    }
}

/// Where a mapper's or reducer's lines go.
protocol RecordSink: AnyObject {
    var recordCount: Int { get }
    var byteCount: Int { get }
    func add(_ line: Span<UInt8>) throws
    /// - Parameter path: Of map output; other sinks know theirs.
    func finish(_ path: String) throws
}

/// The lines of a split, in chunks for a child's standard input.
final class SplitInput {
    private static let chunk = 64 << 10

    private var source: any ByteSource
    private var lines: SplitLines
    private let length: Int
    private var read = 0
    private var raw: [UInt8] = []
    private var isAtEnd = false

    init(_ uri: FileURI, offset: Int, length: Int) throws {
        self.length = length
        if uri.path.hasSuffix(".gz") {
            source = try GzipReader(uri.path)
            lines = SplitLines(start: 0, end: .max)
        } else {
            let reader = try FileReader(uri.path, offset: offset)
            // Another file has taken the place of the one that was cut into splits.
            guard reader.length >= offset + length else {
                throw FileSystemError(.invalid, "\(uri) has become shorter since the job was submitted")
            }
            source = reader
            lines = SplitLines(start: offset, end: offset + length)
        }
    }

    var lineCount: Int { lines.lineCount }

    /// Thousandths.
    var fraction: Int { length > 0 ? min(1000, read * 1000 / length) : 1000 }

    /// Nil at the end.
    func next() throws -> [UInt8]? {
        var output: [UInt8] = []
        while output.isEmpty, !lines.isDone, !isAtEnd {
            raw.removeAll(keepingCapacity: true)
            let count = try source.read(into: &raw, limit: Self.chunk)
            read += count
            if count == 0 {
                isAtEnd = true
                lines.finish(into: &output)
            } else {
                lines.take(raw.span, into: &output)
            }
        }
        return output.isEmpty ? nil : output
    }
}
