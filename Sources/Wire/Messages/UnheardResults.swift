public import ClusterModel
internal import DequeModule

/// What the worker has said of its attempts' ends and the coordinator may not have heard: a connection that breaks takes
/// along what is under way, so it is said again over the next one. Hearing it twice does no harm.
public struct UnheardResults: Sendable {
    private struct Result: Sendable {
        let message: WorkerMessage
        /// Its place among the messages of the present connection.
        let number: Int
    }

    private var results: Deque<Result> = []

    public init() {}

    public var messages: [WorkerMessage] { results.map(\.message) }

    /// - Parameter number: How many messages the connection has been given with it.
    public mutating func add(_ message: WorkerMessage, number: Int) {
        results.append(Result(message: message, number: number))
    }

    /// The coordinator has heard so many messages of the present connection.
    public mutating func forget(heard count: Int) {
        while let first = results.first, first.number <= count { results.removeFirst() }
    }

    /// For another connection, over which they will be said again.
    public mutating func takeAll() -> [WorkerMessage] {
        defer { results = [] }
        return messages
    }
}

extension WorkerMessage {
    /// The attempt of whose end, or of whose state for good, it tells; such a message must arrive.
    public var settledAttempt: AttemptID? {
        switch self {
        case .attemptSucceeded(let attempt, _), .attemptFailed(let attempt, _), .attemptKilled(let attempt),
            .shuffleFinished(let attempt):
            attempt
        case .register, .resume, .heartbeat, .fetchFailed, .log: nil
        }
    }
}
