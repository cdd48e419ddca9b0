internal import ClusterModel
internal import MapReduce
internal import Records

/// One of the user's programs doing its part of an attempt: it is fed lines, and the lines that it writes go to a sink.
final class StreamingStep {
    private let context: AttemptContext
    /// mapper, combiner or reducer, for messages.
    private let role: String
    private let command: [String]
    private let feed: StreamingChild.Feed
    private let sink: any RecordSink
    private let onDone: () throws -> Void
    private var lines = LineDecoder()

    /// - Parameter onDone: Called when the program has succeeded and the sink has every line of it.
    init(
        _ context: AttemptContext, role: String, command: [String], feed: @escaping StreamingChild.Feed,
        sink: any RecordSink, onDone: @escaping () throws -> Void
    ) {
        self.context = context
        self.role = role
        self.command = command
        self.feed = feed
        self.sink = sink
        self.onDone = onDone
    }

    func start(_ environment: [(name: String, value: String)] = []) throws {
        let child = StreamingChild(
            command,
            feed: { [self] in
                context.noteProgress()
                return try feed()
            },
            onOutput: { [self] in try take($0) }, onError: { [self] in context.takeStandardError($0) },
            onEnd: { [self] in ended($0) }
        )
        try child.start(context, environment: context.environment(environment))
    }

    private func take(_ bytes: Span<UInt8>) throws {
        context.noteProgress()
        try lines.decode(bytes) { line in try sink.add(line) }
    }

    private func ended(_ outcome: StreamingChild.Outcome) {
        if let failure = outcome.failure(
            of: role, command, explain: { context.explain(exitStatus: $0) })
        {
            return context.fail(failure.reason, exitStatus: failure.exitStatus)
        }
        do {
            try lines.finish { line in try sink.add(line) }
            try onDone()
        } catch {
            context.fail("\(error)")
        }
    }
}

/// Where a program's lines go.
protocol RecordSink: AnyObject {
    var recordCount: Int { get }
    var byteCount: Int { get }
    func add(_ line: Span<UInt8>) throws
    /// - Parameter path: Of map output; other sinks know theirs.
    func finish(_ path: String) throws
}
