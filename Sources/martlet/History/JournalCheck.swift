internal import ArgumentParser
internal import ClusterModel
internal import Coordinator
internal import Wire

/// `martlet journal --check`: reads everything, evolves it, which shows that the changes fit together, and compares each
/// snapshot with what the changes before it come to.
struct JournalCheck {
    private let kept: KeptHistory
    private var report = JournalReport()
    private var state = Snapshot()
    /// Those that have not been compared, oldest first.
    private var snapshots: ArraySlice<KeptHistory.Kept>

    /// - Throws: `ExitCode.failure` when there is damage, once it has been said.
    static func run(_ folder: String, _ output: OutputOptions) throws {
        let report = try report(of: folder)
        if output.json { try Output.json(report) } else { Output.text(report.text) }
        if report.damage != nil { throw ExitCode.failure }
    }

    static func report(of folder: String) throws -> JournalReport {
        try KeptHistory.reading(folder) { kept in
            var check = try JournalCheck(kept)
            try check.read()
            return check.report
        }
    }

    private init(_ kept: KeptHistory) throws {
        self.kept = kept
        // Listed before anything is read: a coordinator may go on writing.
        snapshots = try kept.snapshots[...]
        report.segments = try kept.segmentCount
        report.first = kept.first
    }

    private mutating func read() throws {
        var reader = kept.reader(after: kept.first - 1)
        do {
            state = try kept.beginning
            try compareSnapshots()
            try walk(&reader)
            for rest in snapshots { note(rest, "it is behind the journal's last change, \(state.sequence)") }
        } catch let error as JournalError {
            // Removed meanwhile is not damaged.
            if try kept.isSuperseded { throw error }
            report.damage = error.description
        }
        report.last = max(state.sequence, kept.first - 1)
        report.changes = report.last - report.first + 1
        report.seconds = History(state).seconds
        // Without the beginning there is no state.
        report.stateHash = state.sequence >= kept.first - 1 ? state.cluster.stateHash : nil
        report.torn = reader.tear.map { JournalReport.Tear(path: $0.path, whole: $0.whole, lost: $0.lost) }
    }

    private mutating func walk(_ reader: inout JournalReader) throws {
        var problem: (any Error)?
        var check = self
        defer { self = check }
        try reader.readNumbered { recorded in
            check.state.evolve(recorded.change, at: recorded.instant)
            do {
                try check.compareSnapshots()
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
    }

    /// Those that are after the last change.
    private mutating func compareSnapshots() throws {
        while let snapshot = snapshots.first, snapshot.sequence <= state.sequence {
            snapshots.removeFirst()
            do {
                // It is gone when the coordinator has made newer ones meanwhile.
                guard let found = try kept.read(snapshot) else { continue }
                note(snapshot, difference(found))
            } catch let error as JournalError {
                note(snapshot, error.description)
            }
        }
    }

    private func difference(_ snapshot: Snapshot) -> String? {
        let (hash, wanted) = (snapshot.cluster.stateHash, state.cluster.stateHash)
        if hash != wanted {
            return "its state has the hash \(hash), and that of the changes up to \(state.sequence) has \(wanted)"
        }
        // The rest of it: the times.
        return snapshot.encoded().head == state.encoded().head
            ? nil : "its times are not those of the changes before it"
    }

    private mutating func note(_ snapshot: KeptHistory.Kept, _ damage: String?) {
        report.snapshots.append(
            JournalReport.Snapshot(path: snapshot.path, sequence: snapshot.sequence, damage: damage))
        if let damage { report.damage = report.damage ?? "the snapshot \(snapshot.path) differs: \(damage)" }
    }
}
