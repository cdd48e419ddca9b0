internal import ClusterModel
internal import MapReduce
internal import Records
internal import Wire

/// A mapper, combiner or reducer doing its part of an attempt: a program of the user's, which is fed lines and whose lines
/// are records, or one that is built in.
final class StreamingStep {
    private let context: AttemptContext
    private let role: StepRole
    private let command: [String]
    private let input: any StepInput
    /// How a program's lines are cut.
    private let fields: KeyFields
    private let sink: any RecordSink
    private let onDone: () throws -> Void
    private var lines = LineDecoder()

    /// - Parameter onDone: Called when the step has succeeded and the sink has every record of it.
    init(
        _ context: AttemptContext, _ role: StepRole, command: [String], input: any StepInput, fields: KeyFields,
        sink: any RecordSink, onDone: @escaping () throws -> Void
    ) {
        self.context = context
        self.role = role
        self.command = command
        self.input = input
        self.fields = fields
        self.sink = sink
        self.onDone = onDone
    }

    func start(_ environment: [(name: String, value: String)] = []) throws {
        if let reducer = try NativeStep.reducer(command: command) { return try start(reducer) }
        guard let builtIn = BuiltInStep(command: command) else { return try startProgram(environment) }
        guard let transform = try builtIn.transform(role, context.task.rules) else { return try onDone() }
        try start(transform)
    }

    private func start(_ transform: any RecordTransform) throws {
        try BuiltInWork(context, transform, input: input, sink: sink, onDone: onDone).start()
    }

    private func startProgram(_ environment: [(name: String, value: String)]) throws {
        let child = StreamingChild(
            command,
            feed: { [self] in
                context.noteProgress()
                return try input.nextLines()
            },
            onOutput: { [self] in try take($0) }, onError: { [self] in context.takeStandardError($0) },
            onEnd: { [self] in ended($0) }
        )
        try child.start(context, environment: context.environment(environment))
    }

    private func take(_ bytes: Span<UInt8>) throws {
        context.noteProgress()
        try sink.add(bytes, ofLines: &lines, fields)
    }

    private func ended(_ outcome: StreamingChild.Outcome) {
        let isForgiven = context.task.job.program.ignoresExitStatus && outcome.problem == nil
        if !isForgiven,
            let failure = outcome.failure(
                of: role.rawValue, command, explain: { context.explain(exitStatus: $0) })
        {
            return context.fail(failure.reason, exitStatus: failure.exitStatus)
        }
        do {
            try lines.finish(fields) { key, value in try sink.add(key, value, .both) }
            try onDone()
        } catch {
            context.fail("\(error)")
        }
    }
}
