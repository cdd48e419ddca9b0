internal import ClusterModel
internal import DequeModule
internal import Wire

/// The latest changes, numbered, for subscribers that follow them.
struct ChangeLog {
    /// What is kept, counted in changes of usual size; a subscriber further behind has lost its place.
    static let limit = 16_384

    /// The number of the last change.
    private(set) var last: Int
    /// The last ones, oldest first.
    private var changes: Deque<RecordedChange> = []
    private var weight = 0

    /// The number of the oldest change that is kept.
    var first: Int { last - changes.count + 1 }

    /// - Parameter last: The number of the last change before.
    init(after last: Int = 0) { self.last = last }

    mutating func append(_ added: RecordedChange) {
        // Changes are missing before it: whoever followed those before them has lost its place.
        if added.sequence != last + 1 { self = ChangeLog(after: added.sequence - 1) }
        last = added.sequence
        changes.append(added)
        weight += Self.weight(added.change)
        while weight > Self.limit, changes.count > 1 { weight -= Self.weight(changes.removeFirst().change) }
    }

    /// A submission may be as large as thousands of others, and a failure with its last words as dozens.
    private static func weight(_ change: Change) -> Int {
        switch change {
        case .jobSubmitted(_, let specification): 1 + specification.splits.count / 8 + specification.inputs.count
        case .attemptFailed(_, let failure):
            1 + (failure.reason.utf8.count + failure.standardError.utf8.count) / usualSize
        default: 1
        }
    }

    /// Bytes.
    private static let usualSize = 256

    /// Changes from the number on, not more than `count`; the number must not be before ``first``.
    func changes(from sequence: Int, count: Int) -> [RecordedChange] {
        let start = sequence - first
        return Array(changes[start..<min(start + count, changes.count)])
    }
}

/// A client that follows the changes, and how far it has come.
struct Subscription {
    let request: RequestID
    /// Nil for all.
    let job: JobID?
    /// Whether it wants to know of attempts.
    let attempts: Bool
    /// The number of the next change that it is to be sent.
    var next: Int

    /// Whoever follows a job also wants to know what becomes of the nodes that it runs on.
    func wants(_ change: Change) -> Bool {
        (job == nil || change.job == nil || change.job == job) && (attempts || !change.isOfAttempt)
    }
}
