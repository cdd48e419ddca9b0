internal import ClusterModel
internal import Coordinator

/// A cluster as it was at some change: its journal, evolved so far. It needs no coordinator, and disturbs none.
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

        fileprivate func isBefore(_ sequence: Int, _ instant: Instant) -> Bool {
            switch self {
            case .change(let last): sequence > last
            case .instant(let last): instant > last
            }
        }
    }

    /// The number of the last change, and when it was.
    private(set) var sequence = 0
    private(set) var instant = Instant.start
    private var cluster = Cluster()

    /// - Parameters:
    ///   - folder: Where the journal is.
    ///   - place: Where to stop; nil is the end. What is damaged behind it does not matter.
    init(folder: String, until place: Place? = nil) throws {
        var reader = JournalReader(folder: folder)
        var (history, count, isBeyond) = (Cluster(), 0, false)
        var last = (sequence: 0, instant: Instant.start)
        do {
            try reader.read { change, instant in
                count += 1
                isBeyond = isBeyond || place?.isBefore(count, instant) == true
                guard !isBeyond else { return }
                history.replay(change, at: instant)
                last = (count, instant)
            }
        } catch {
            guard isBeyond || place == .change(count) else { throw error }
        }
        if case .change(let number) = place, number > count {
            throw UserError("the journal ends with change \(count): there is no change \(number)")
        }
        (cluster, sequence, instant) = (history, last.sequence, last.instant)
        if case .instant(let end) = place { instant = end }
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

    func counters(of id: JobID) throws(UserError) -> Counters { try known(plane.counters(of: id), id) }

    private func known<Report>(_ report: Report?, _ id: JobID) throws(UserError) -> Report {
        guard let report else { throw UserError("there was no \(id): 'martlet jobs --history DIR' lists them") }
        return report
    }
}
