/// A node of the cluster, numbered from 0 in the order their names were first heard. A name keeps its number.
public struct NodeID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int

    public init(_ number: Int) { self.number = number }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.number < rhs.number }

    public var description: String { "node \(number)" }
}

/// One registration of a node. Whatever an older incarnation still says is refused.
public struct Incarnation: Hashable, Sendable, CustomStringConvertible {
    public let node: NodeID
    /// From 1; raised each time the node registers.
    public let number: Int

    public init(node: NodeID, number: Int) {
        self.node = node
        self.number = number
    }

    public var description: String { "\(node) incarnation \(number)" }
}

/// A job, numbered from 1 in the order of submission.
public struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int

    public init(_ number: Int) { self.number = number }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.number < rhs.number }

    public var description: String { "job-\(number)" }
}

extension JobID {
    /// What a client is told who asks for a job that there is not.
    public var unknownText: String { "there is no \(self): 'martlet jobs' lists them" }
}

/// What a task does for its job.
public enum TaskKind: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case map
    case reduce
    /// Gathers the winners' output and renames the folder once (Hadoop's OutputCommitter.commitJob).
    case commit
    /// Removes what a failed or cancelled job has written (Hadoop's OutputCommitter.abortJob).
    case abort

    public var description: String {
        switch self {
        case .map: "map"
        case .reduce: "reduce"
        case .commit: "commit"
        case .abort: "abort"
        }
    }
}

/// A piece of a job's work; it has one winner among its attempts.
public struct TaskID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let job: JobID
    public let kind: TaskKind
    /// From 0 within the kind.
    public let index: Int

    public init(job: JobID, kind: TaskKind, index: Int) {
        self.job = job
        self.kind = kind
        self.index = index
    }

    public static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.job, lhs.kind.rawValue, lhs.index) < (rhs.job, rhs.kind.rawValue, rhs.index)
    }

    public var description: String { "\(job)-\(kind)-\(index)" }
}

/// One try at one task. The epoch, raised at each start of the coordinator, keeps an id from being used twice.
public struct AttemptID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let task: TaskID
    public let epoch: Int
    /// From 0 within the task.
    public let number: Int

    public init(task: TaskID, epoch: Int, number: Int) {
        self.task = task
        self.epoch = epoch
        self.number = number
    }

    public static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.task, lhs.epoch, lhs.number) < (rhs.task, rhs.epoch, rhs.number)
    }

    /// Such as `job-1-map-3-1.0`: the first try, in the coordinator's first epoch, at map task 3 of job 1.
    public var description: String { "\(task)-\(epoch).\(number)" }
}

// MARK: - Reading them back

extension JobID {
    /// The inverse of `description`; a bare number is taken too.
    public init?(_ text: some StringProtocol) {
        let digits = text.hasPrefix("job-") ? text.dropFirst(4) : text[...]
        guard let number = Int(digits), number > 0 else { return nil }
        self.init(number)
    }
}

extension AttemptID {
    /// The inverse of `description`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "job", let job = Int(parts[1]), job > 0,
            let kind = TaskKind.allCases.first(where: { $0.description == parts[2] }),
            let index = Int(parts[3]), index >= 0
        else { return nil }
        let numbers = parts[4].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let epoch = numbers[0], let number = numbers[1], number >= 0 else { return nil }
        self.init(task: TaskID(job: JobID(job), kind: kind, index: index), epoch: epoch, number: number)
    }
}

/// A connection of the coordinator's, as the core names it in its answers.
public struct ConnectionID: Hashable, Sendable {
    public let number: Int

    public init(_ number: Int) { self.number = number }
}

/// A client's request that waits for an answer.
public struct RequestID: Hashable, Sendable {
    public let connection: ConnectionID
    /// Given by the client, unique among its open requests.
    public let number: Int

    public init(connection: ConnectionID, number: Int) {
        self.connection = connection
        self.number = number
    }
}
