internal import ClusterModel
internal import EventLoop
internal import Glibc

/// Control-C on a command that waits for a job. At a terminal it asks whether the job is to end too; elsewhere the job goes
/// on, and the user is told how to go on with it.
enum Interrupt {
    /// While a question stands, nothing else is written to the terminal.
    static var isAsking: Bool { question.withLock { $0 } }

    fileprivate static let question = Locked(false)

    /// From now on SIGINT is taken care of.
    ///
    /// - Parameter cancel: Cancels the job; on another thread.
    static func guide(_ dialogue: InterruptDialogue, cancel: @escaping @Sendable () throws -> Void) {
        // Also where no thread can be had.
        say(dialogue.farewell)
        guard isatty(STDIN_FILENO) != 0, isatty(STDERR_FILENO) != 0, let (wait, listening) = try? Descriptors.pipe()
        else { return }
        do {
            _ = try LoopThread.start(name: "interrupt") {
                // It listens as long as the process lives.
                let talk = try? InterruptTalk(dialogue, cancel: cancel)
                Descriptors.close(listening)
                talk?.run()
            }
        } catch {
            Descriptors.close(listening)
        }
        _ = try? Descriptors.read(wait, limit: 1)
        Descriptors.close(wait)
    }

    // MARK: - Without a terminal

    /// `nonisolated(unsafe)`: written once, by the main thread, before the handler that reads it is installed.
    nonisolated(unsafe) private static var message = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

    /// SIGINT prints the sentence and ends the process with 130, as a shell expects.
    private static func say(_ sentence: String) {
        let bytes = Array("\nmartlet: \(sentence)\n".utf8)
        message = .allocate(capacity: bytes.count)
        _ = message.initialize(from: bytes)
        // A handler may do little more than this: write, and end.
        signal(SIGINT) { _ in
            _ = Glibc.write(2, Interrupt.message.baseAddress, Interrupt.message.count)
            _exit(130)
        }
    }
}

/// The dialogue at the terminal, on a loop of its own: the job is waited for meanwhile.
private final class InterruptTalk {
    private let loop: Loop
    private var dialogue: InterruptDialogue
    private let cancel: () throws -> Void
    private var signals: SignalHandle?
    private var answers: Inbox<InterruptDialogue.Event>?

    init(_ dialogue: InterruptDialogue, cancel: @escaping () throws -> Void) throws {
        loop = try Loop()
        self.dialogue = dialogue
        self.cancel = cancel
        answers = try Inbox(on: loop) { [unowned self] event in handle(event) }
        signals = try SignalHandle(on: loop, signal: .interrupt) { [unowned self] in handle(.interrupted) }
    }

    func run() { loop.run() }

    private func handle(_ event: InterruptDialogue.Event) {
        switch dialogue.handle(event) {
        case .ask(let question): ask(question)
        case .cancel: cancelJob()
        case .detach(let farewell): detach(farewell)
        case nil: break
        }
    }

    private func ask(_ question: String) {
        Interrupt.question.withLock { $0 = true }
        Output.prompt("\nmartlet: \(question)")
        guard let address = answers?.address else { return }
        // To read from a terminal blocks, and Control-C must be heard meanwhile.
        _ = try? LoopThread.start(name: "answer") {
            address.post(readLine().map { .answered($0) } ?? .inputEnded)
        }
    }

    private func cancelJob() {
        Interrupt.question.withLock { $0 = false }
        do {
            try cancel()
        } catch {
            // It may have ended meanwhile, which the waiting thread learns too.
            Output.error("martlet: \(error)")
        }
    }

    private func detach(_ farewell: String) {
        Output.error("\nmartlet: \(farewell)")
        Processes.exit(status: 130)
    }
}
