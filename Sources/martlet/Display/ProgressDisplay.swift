internal import ClusterModel
internal import Wire

/// What a waiting command shows of a job: bars on a terminal, a line at each tenth otherwise.
final class ProgressDisplay {
    private var text: ChangeText
    private let id: JobID
    private let movesCursor = Output.movesCursor
    private var lastShown = ""
    private var hasBars = false

    init(_ id: JobID, nodes: [NodeReport]) {
        self.id = id
        text = ChangeText(nodes: nodes)
    }

    func begin(_ report: JobReport) {
        text.begin(id, report)
        show()
    }

    func follow(_ change: RecordedChange) {
        let line = text.text(change.change)
        switch change.change {
        case .attemptFailed, .attemptLost, .nodeLost, .nodeRegistered: tell(line)
        default: break
        }
        show()
    }

    /// Leaves the last bars standing.
    func end() {
        if hasBars { Output.text("\n") }
        hasBars = false
    }

    /// A line of its own, above the bars.
    func tell(_ line: String) {
        guard !Interrupt.isAsking else { return }
        if hasBars {
            Output.text("\r\u{1B}[K")
            lastShown = ""
            hasBars = false
        }
        Output.line("  " + line)
    }

    private func show() {
        guard let progress = text.progress[id], !Interrupt.isAsking else { return }
        movesCursor ? showBars(progress) : showLine(progress)
    }

    private func showLine(_ progress: ChangeText.Progress) {
        let maps = percent(progress.mapsDone, progress.maps) / 10 * 10
        let reduces = percent(progress.reducesDone, progress.reduces) / 10 * 10
        let line = "\(id): map \(maps) %" + (progress.reduces > 0 ? " reduce \(reduces) %" : "")
        guard line != lastShown else { return }
        lastShown = line
        Output.line(line)
    }

    private func showBars(_ progress: ChangeText.Progress) {
        let troubles = [("failed", progress.failed), ("lost", progress.lost), ("killed", progress.killed)]
            .filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
        let reduces = progress.reduces > 0 ? "  reduce \(bar(progress.reducesDone, progress.reduces))" : ""
        let bars = "map \(bar(progress.mapsDone, progress.maps))\(reduces)"
        let line = troubles.isEmpty ? bars : "\(bars)  \(troubles)"
        guard line != lastShown else { return }
        lastShown = line
        hasBars = true
        Output.text("\r\u{1B}[K\(line)")
    }

    private func bar(_ done: Int, _ total: Int) -> String {
        let width = 20
        let filled = total > 0 ? done * width / total : width
        let full = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return "\(full) \(done)/\(total)"
    }

    private func percent(_ done: Int, _ total: Int) -> Int { total > 0 ? done * 100 / total : 100 }
}
