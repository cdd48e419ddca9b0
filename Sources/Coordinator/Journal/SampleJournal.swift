public import ClusterModel
public import Wire

/// The journal of a made-up cluster on which jobs run well, as its coordinator would have written it: for measurements, and
/// for tests that need a long one.
public struct SampleJournal {
    /// Milliseconds between two events.
    private static let pace = 2
    public private(set) var cluster = Cluster()
    /// What it decided, in order, and was not taken.
    public private(set) var entries: [JournalEntry] = []
    /// Attempts that have succeeded.
    public private(set) var attempts = 0
    /// How often a map task fails before it succeeds; then it fills the journal as nothing else does.
    private let failures: Int
    private var now = Instant.start
    private var running: [AttemptID] = []
    private var next = 0
    private var incarnations: [Incarnation] = []
    private var nodes: [AttemptID: NodeID] = [:]

    public init(nodes: Int, containers: Int, failures: Int = 0) {
        self.failures = failures
        tell(.coordinatorStarted(cluster: "sample", wallClock: 1_700_000_000_000_000_000))
        for number in 0..<nodes {
            var registration = NodeRegistration()
            registration.name = "core-\(number + 1)"
            registration.instanceType = "m5.xlarge"
            registration.host = "host"
            registration.pid = 1000 + number
            registration.address = "127.0.0.1:\(20_000 + number)"
            registration.containers = containers
            incarnations.append(Incarnation(node: NodeID(number), number: 1))
            tell(.nodeRegistering(registration, ConnectionID(number)))
        }
    }

    /// Submits a job; its map tasks are launched as far as there is room.
    public mutating func submit(maps: Int, reduces: Int, output: String) {
        var specification = JobSpecification()
        specification.name = "words"
        specification.inputs = ["file:///input/words.txt"]
        specification.splits = (0..<maps).map { InputSplit(input: 0, offset: $0 << 27, length: 1 << 27) }
        specification.reduceCount = reduces
        specification.output = output
        specification.mapAttemptLimit = failures + 4
        // Attempts succeed in the order of their launch: a reducer among the maps would do so too early.
        specification.reduceSlowStart = 1000
        specification.program.mapper = ["python3", "mapper.py"]
        specification.program.reducer = ["python3", "reducer.py"]
        tell(.jobSubmitted(specification, RequestID(connection: ConnectionID(0), number: 1)))
    }

    /// Lets so many attempts succeed, oldest first, or all that there are, and those fail that come first.
    public mutating func succeed(_ count: Int = .max) {
        var left = count
        while left > 0, next < running.count {
            let attempt = running[next]
            next += 1
            let node = nodes.removeValue(forKey: attempt)
            if attempt.task.kind == .map, attempt.number < failures {
                node.map { tell(.attemptFailed(attempt, Self.failure, from: incarnations[$0.number])) }
            } else {
                left -= 1
                attempts += 1
                node.map { tell(.attemptSucceeded(attempt, counters(of: attempt), from: incarnations[$0.number])) }
            }
        }
    }

    /// With as many last words as are kept.
    private static let failure = {
        var failure = AttemptFailure(reason: "the mapper exited with status 1")
        failure.exitStatus = 1
        failure.standardError = String(repeating: "mapper.py: cannot read a record\n", count: 1000)
        return failure
    }()

    private mutating func tell(_ event: Event) {
        now = now.advanced(by: .milliseconds(Self.pace))
        let decision = cluster.handle(event, at: now)
        for case .launch(let attempt, let node) in decision.effects {
            running.append(attempt)
            nodes[attempt] = node
        }
        guard !decision.changes.isEmpty else { return }
        let first = cluster.sequence - decision.changes.count + 1
        entries.append(JournalEntry(sequence: first, instant: now, changes: decision.changes))
    }

    /// Those that an attempt of its kind counts, about as large as for 128 MiB of text.
    private func counters(of attempt: AttemptID) -> Counters {
        let names: [String] =
            switch attempt.task.kind {
            case .map: ["MAP_INPUT_RECORDS", "MAP_OUTPUT_BYTES", "MAP_OUTPUT_RECORDS", "SPILLED_RECORDS"]
            case .reduce:
                ["REDUCE_INPUT_GROUPS", "REDUCE_INPUT_RECORDS", "REDUCE_OUTPUT_RECORDS", "REDUCE_SHUFFLE_BYTES"]
            case .commit, .abort: []
            }
        var counters = Counters()
        for name in names { counters.add(1_000_000 + attempt.task.index, group: Counters.taskGroup, name: name) }
        return counters
    }

    // MARK: - On disk

    /// Gives what was decided since the last time, which is then in memory no more.
    public mutating func takeEntries() -> [JournalEntry] {
        running.removeSubrange(..<next)
        next = 0
        defer { entries = [] }
        return entries
    }

    /// Writes what was decided so far as the journal of an empty folder; see ``SampleJournalWriter``.
    ///
    /// - Returns: Its bytes.
    @discardableResult
    public func write(to path: String, segmentSize: Int = 64 << 20, frameLength: Int = 16 << 10) throws -> Int {
        var writer = try SampleJournalWriter(path, segmentSize: segmentSize, frameLength: frameLength)
        for entry in entries { try writer.append(entry) }
        try writer.flush()
        return writer.length
    }
}
