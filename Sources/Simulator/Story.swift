internal import ClusterModel
internal import Wire

/// A run in words: each event, indented below it what was decided, and the faults between them.
public struct Story: Sendable {
    public private(set) var lines: [String] = []
    private var text = ChangeText()

    mutating func note(_ words: String, at now: Instant) { lines.append(Self.time(now) + "* " + words) }

    mutating func note(_ event: Event, _ decision: Decision, at now: Instant) {
        lines.append(Self.time(now) + event.text(text.name))
        for change in decision.changes { lines.append(Self.margin + text.text(change)) }
    }

    /// What a crash has lost is not told on.
    mutating func goBack(to entries: [JournalEntry]) {
        text = ChangeText()
        for entry in entries { for change in entry.changes { _ = text.text(change) } }
    }

    private static let margin = String(repeating: " ", count: 14)

    /// Seconds of the virtual clock.
    private static func time(_ now: Instant) -> String {
        let text = Instant.start.duration(to: now).secondsText
        return String(repeating: " ", count: max(0, 8 - text.utf8.count)) + text + "  "
    }
}
