internal import ClusterModel

/// What Control-C comes to on a command that waits for a job, when somebody sits at the terminal: a decision.
struct InterruptDialogue: Sendable {
    enum Event: Hashable, Sendable {
        case interrupted
        case answered(String)
        /// The terminal is gone.
        case inputEnded
    }

    enum Effect: Hashable, Sendable {
        /// Ask, and wait for an answer.
        case ask(String)
        /// Cancel the job, and wait on until it has ended.
        case cancel
        /// End without the job's end, and say how to come back to it.
        case detach(String)
    }

    private enum State { case waiting, asking, cancelling }

    let job: JobID
    /// What of the command line says which cluster is meant, for the commands that are named.
    let options: String
    private var state = State.waiting

    init(_ job: JobID, options: String = "") {
        self.job = job
        self.options = options
    }

    /// - Returns: Nil when nothing is to be done.
    mutating func handle(_ event: Event) -> Effect? {
        switch (state, event) {
        case (.waiting, .interrupted):
            state = .asking
            return .ask("cancel \(job), or leave it running and detach? [c/d] ")
        case (.asking, .answered(let text)): return take(text)
        case (.asking, .interrupted), (.asking, .inputEnded): return .detach(farewell)
        case (.cancelling, .interrupted):
            return .detach("\(job) is being cancelled: 'martlet wait \(job)\(options)' waits until it has ended")
        case (.waiting, _), (.cancelling, _): return nil
        }
    }

    private mutating func take(_ answer: String) -> Effect {
        switch answer.lowercased().split(whereSeparator: \.isWhitespace).first {
        case "c", "cancel":
            state = .cancelling
            return .cancel
        case "d", "detach": return .detach(farewell)
        default: return .ask("write c to cancel \(job), or d to leave it running and detach: ")
        }
    }

    /// How to go on with the job.
    var farewell: String {
        "\(job) goes on: 'martlet wait \(job)\(options)' waits for it, 'martlet cancel \(job)\(options)' ends it"
    }
}
