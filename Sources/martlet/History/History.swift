internal import ClusterModel
internal import Coordinator
internal import Wire

/// A cluster as it was at some change: the last snapshot before it, and the journal evolved so far. It needs no coordinator, and disturbs none.
struct History {
    /// A place in a journal.
    enum Place: Equatable {
        /// After the change with this number.
        case change(Int)
        /// So long after the cluster was made.
        case instant(Instant)

        /// Reads a change's number, or seconds: `12.5` or `12s`.
        init?(_ text: String) {
            let digits = text.hasSuffix("s") ? String(text.dropLast()) : text
            if digits == text, !text.contains("."), let number = Int(text), number >= 0 {
                self = .change(number)
            } else if let seconds = Double(digits), seconds >= 0, seconds < 1e9 {
                // What is printed to the millisecond is that whole millisecond.
                self = .instant(Instant(nanoseconds: Int64((seconds * 1000).rounded()) * 1_000_000 + 999_999))
            } else {
                return nil
            }
        }

        /// Whether it is before a change with this number and instant.
        func isBefore(_ sequence: Int, _ instant: Instant) -> Bool {
            switch self {
            case .change(let last): sequence > last
            case .instant(let last): instant > last
            }
        }

        fileprivate var number: Int? { if case .change(let number) = self { number } else { nil } }
    }

    /// The number of the last change, and when it was.
    private(set) var sequence = 0
    private(set) var instant = Instant.start
    /// Snapshots that had to be passed over.
    private(set) var warnings: [String] = []
    private var cluster = Cluster()

    /// - Parameters:
    ///   - folder: Where the journal is.
    ///   - place: Where to stop; nil is the end. What is damaged behind it does not matter.
    init(folder: String, until place: Place? = nil) throws {
        self = try KeptHistory.reading(folder) { try History($0, folder, until: place) }
    }

    private init(_ kept: KeptHistory, _ folder: String, until place: Place?) throws {
        let (snapshot, warnings) = try kept.latestSnapshot(upTo: place?.number ?? .max) { snapshot in
            place?.isBefore(snapshot.sequence, snapshot.instant) != true
        }
        if snapshot.sequence < kept.first - 1 { throw Self.tooEarly(kept, folder) }
        self.init(snapshot)
        self.warnings = warnings
        try goOn(kept.reader(after: sequence), until: place)
        if case .instant(let end) = place { instant = end }
    }

    /// As it was when a snapshot was made.
    init(_ snapshot: Snapshot) {
        (cluster, sequence, instant) = (snapshot.cluster, snapshot.sequence, snapshot.instant)
    }

    private mutating func goOn(_ reader: JournalReader, until place: Place?) throws {
        var reader = reader
        var history = self
        var (last, isBeyond) = (sequence, false)
        reader.isCancelled = { isBeyond }
        do {
            try reader.readNumbered { recorded in
                last = recorded.sequence
                isBeyond = isBeyond || place?.isBefore(recorded.sequence, recorded.instant) == true
                if !isBeyond { history.evolve(recorded) }
            }
        } catch {
            guard isBeyond || place == .change(last) else { throw error }
        }
        self = history
        if let number = place?.number, number > sequence {
            throw UserError("the journal ends with change \(sequence): there is no change \(number)")
        }
    }

    private mutating func evolve(_ recorded: RecordedChange) {
        cluster.replay(recorded.change, at: recorded.instant)
        (sequence, instant) = (recorded.sequence, recorded.instant)
    }

    private static func tooEarly(_ kept: KeptHistory, _ folder: String) -> any Error {
        do {
            let oldest = History(try kept.beginning)
            return UserError(
                "what was before is no longer kept in \(folder): the oldest that can be shown is after change "
                    + "\(oldest.sequence), at \(oldest.seconds) s")
        } catch {
            return error
        }
    }

    var seconds: Double { Double(instant.nanoseconds / 1_000_000) / 1000 }

    /// Who was slow or silent is not written down, so nobody is.
    private var plane: ControlPlane {
        ControlPlane(heartbeatTimeout: .seconds(2), recovering: cluster, at: instant)
    }

    /// Without the master, which is the coordinator.
    var nodes: [NodeReport] { plane.nodes() }
    var jobs: [JobReport] { plane.jobs(at: instant) }

    func job(_ id: JobID) throws(UserError) -> JobReport { try known(plane.job(id, at: instant), id) }

    func tasks(of id: JobID) throws(UserError) -> [TaskReport] { try known(plane.tasks(of: id, at: instant), id) }

    func tasks(of id: JobID, _ body: ([TaskReport]) -> Void) throws(UserError) {
        let plane = plane
        var listing = try known(plane.listing(of: id), id)
        while !listing.isAtEnd { body(plane.tasks(&listing, limit: 1000, at: instant)) }
    }

    func counters(of id: JobID) throws(UserError) -> Counters { try known(plane.counters(of: id), id) }

    private func known<Report>(_ report: Report?, _ id: JobID) throws(UserError) -> Report {
        guard let report else { throw UserError("there was no \(id): 'martlet jobs --history DIR' lists them") }
        return report
    }
}
