internal import EventLoop
internal import Wire

/// A program of the user's, its three streams tended at once: whatever order it reads and writes in, nothing blocks.
///
/// It is over when it has exited and its output has ended, as in Hadoop: a child of its own may still be writing. Whatever
/// runs then is killed. Output that never ends is the task timeout's affair.
final class StreamingChild {
    /// Gives the next bytes for its standard input; nil at the end.
    typealias Feed = () throws -> [UInt8]?

    struct Outcome {
        let status: ExitStatus
        /// What went wrong on our side of the streams.
        let problem: String?
    }

    private let command: [String]
    private let feed: Feed
    private let onOutput: (Span<UInt8>) throws -> Void
    private let onError: (Span<UInt8>) -> Void
    private let onEnd: (Outcome) -> Void
    private var process: ChildProcess?
    private var input: PipeStream?
    private var output: PipeStream?
    private var errors: PipeStream?
    private var isOutputOpen = true
    private var isErrorOpen = true
    private var status: ExitStatus?
    private var problem: String?
    private var limits: AttemptLimits?

    init(
        _ command: [String], feed: @escaping Feed, onOutput: @escaping (Span<UInt8>) throws -> Void,
        onError: @escaping (Span<UInt8>) -> Void, onEnd: @escaping (Outcome) -> Void
    ) {
        precondition(!command.isEmpty)
        self.command = command
        self.feed = feed
        self.onOutput = onOutput
        self.onError = onError
        self.onEnd = onEnd
    }

    /// Its folder comes first where programs are looked for, as in Hadoop.
    func start(_ context: AttemptContext, environment: [String]) throws {
        let folder = try context.makeFolder()
        let (inRead, inWrite) = try Descriptors.pipe()
        let (outRead, outWrite) = try Descriptors.pipe()
        let (errRead, errWrite) = try Descriptors.pipe()
        defer { Descriptors.close(inRead, outWrite, errWrite) }
        Descriptors.enlargePipe(inWrite)
        Descriptors.enlargePipe(outRead)
        input = try PipeStream(on: context.loop, descriptor: inWrite)
        output = try PipeStream(on: context.loop, descriptor: outRead)
        errors = try PipeStream(on: context.loop, descriptor: errRead)
        let request = SpawnRequest(
            executable: Self.executable(command[0], folder), arguments: Array(command.dropFirst()),
            environment: environment, folder: folder, descriptors: [inRead, outWrite, errWrite],
            newSession: true, diesWithParent: true, fileSizeLimit: context.limits.writtenBytes
        )
        context.hasRunPrograms = true
        do {
            process = try ChildProcess.spawn(request, on: context.children) { [self] in didExit($0) }
        } catch {
            for stream in [input, output, errors] { stream?.close() }
            throw error
        }
        try output?.read(onBytes: { [self] in take($0) }, onEnd: { [self] _ in outputEnded() })
        try errors?.read(onBytes: { [self] in onError($0) }, onEnd: { [self] _ in errorEnded() })
        limits = context.limits
        feedMore()
    }

    private static func executable(_ word: String, _ folder: String) -> String {
        if word.hasPrefix("/") { return word }
        return Processes.isExecutable("\(folder)/\(word)") ? "\(folder)/\(word)" : word
    }

    private func feedMore() {
        guard let input, !input.isClosing else { return }
        do {
            guard let bytes = try feed() else { return input.close() }
            try input.write(bytes) { [self] error in
                // A program need not read all that there is.
                if error != nil { self.input?.close() } else { feedMore() }
            }
        } catch let error as LoopError where error == .brokenPipe {
            input.close()
        } catch {
            stop("\(error)")
        }
    }

    private func take(_ bytes: Span<UInt8>) {
        guard problem == nil else { return }
        do {
            try onOutput(bytes)
        } catch {
            stop("\(error)")
        }
    }

    private func stop(_ reason: String) {
        problem = problem ?? reason
        input?.close()
        process?.signal(.kill)
    }

    private func didExit(_ status: ExitStatus) {
        self.status = status
        input?.close()
        endIfOver()
    }

    private func outputEnded() {
        output?.close()
        isOutputOpen = false
        endIfOver()
    }

    private func errorEnded() {
        errors?.close()
        isErrorOpen = false
        endIfOver()
    }

    private func endIfOver() {
        guard let status, !isOutputOpen || problem != nil else { return }
        // What it left running may hold standard error open for ever, and its output when we have ended it.
        let strayCount = Container.killStrays()
        // A fork bomb may have come to its end before anybody had the time to count.
        problem = problem ?? limits?.excess(ofProcesses: strayCount)
        guard !isOutputOpen, !isErrorOpen else { return }
        onEnd(Outcome(status: status, problem: problem))
    }
}

extension StreamingChild.Outcome {
    /// Why the attempt fails; nil when the program did what it should.
    ///
    /// - Parameter explain: Asked what an exit status, 128 and more for a signal, comes from.
    func failure(
        of role: String, _ command: [String], explain: (Int) -> String?
    ) -> (reason: String, exitStatus: Int?)? {
        if let problem { return (problem, nil) }
        let name = "the \(role) '\(command.joined(separator: " "))'"
        let (end, exitStatus) =
            switch status {
            case .exited(let status): ("exited with status \(status)", status)
            case .signaled(let signal): ("was killed by signal \(signal)", 128 + signal)
            }
        if exitStatus == 0 { return nil }
        return ("\(name) \(end)" + (explain(exitStatus).map { ": \($0)" } ?? ""), exitStatus)
    }
}
