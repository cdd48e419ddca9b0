internal import ArgumentParser
internal import ClusterModel
internal import Coordinator
internal import Wire

/// `martlet journal --replay`.
enum JournalReplay {
    struct Report: Encodable {
        struct Difference: Encodable {
            let event: String
            let recorded: [String]
            let decided: [String]
        }

        var events = 0
        var changes = 0
        var difference: Difference?
    }

    static func run(_ folder: String, _ output: OutputOptions) throws {
        let (report, first) = try KeptHistory.reading(folder) { (try Self.report(on: $0), $0.first) }
        guard report.events > 0 else {
            throw UserError(
                first == 1
                    ? "the journal in \(folder) keeps no events: start the coordinator, or the cluster, with --record"
                    : "the journal in \(folder) begins with change \(first) and keeps no start of a coordinator with its "
                        + "events since: only from one on can they be decided again")
        }
        if output.json { try Output.json(report) } else { Output.text(self.text(report)) }
        if report.difference != nil { throw ExitCode.failure }
    }

    private static func report(on kept: KeptHistory) throws -> Report {
        let beginning = try kept.beginning
        var reader = kept.reader(after: kept.first - 1)
        var replay = Replay(after: beginning.cluster)
        var text = ChangeText(after: History(beginning))
        var report = Report()
        try reader.readEntries { entry in
            guard report.difference == nil else { return }
            if let difference = replay.follow(entry.event, entry.changes, at: entry.instant) {
                report.difference = describe(difference, text)
            }
            for change in entry.changes { _ = text.text(change) }
        }
        report.events = replay.eventCount
        report.changes = replay.changeCount
        return report
    }

    private static func describe(_ difference: Replay.Difference, _ text: ChangeText) -> Report.Difference {
        let sentences = { (changes: [Change]) in
            var text = text
            return changes.map { text.text($0) }
        }
        return Report.Difference(
            event: difference.event.text(text.name), recorded: sentences(difference.recorded),
            decided: sentences(difference.decided))
    }

    private static func text(_ report: Report) -> String {
        guard let difference = report.difference else {
            return "decided again on \(report.events) events: the same \(report.changes) changes\n"
        }
        let list = { (changes: [String]) in
            changes.isEmpty ? "  nothing\n" : changes.map { "  \($0)\n" }.joined()
        }
        return "event \(report.events) is decided otherwise: \(difference.event)\nrecorded:\n"
            + list(difference.recorded) + "decided now:\n" + list(difference.decided)
    }
}
