internal import ClusterModel

extension ReportPage {
    /// Pixels, with the gap below.
    private var laneHeight: Int {
        let lanes = timeline.rows.reduce(0) { $0 + $1.lanes }
        return lanes <= 60 ? 15 : lanes <= 150 ? 10 : 6
    }
    private var laneGap: Int { laneHeight > 6 ? 3 : 1 }
    private static let phaseHeight = 22

    private static let reasonLimit = 100
    private static let absenceLimit = 10

    var chart: HTML {
        guard !story.attempts.isEmpty else { return "<p>No attempt is known.</p>" }
        var isFirst = true
        let rows = timeline.rows.map { row(of: $0, &isFirst) }
        return """
            <div class="chart" id="timeline" style="--lane:\(laneHeight - laneGap)px">
            \(phases)
            \(load)
            \(rows)
            \(axis)
            \(legend)
            </div>
            \(timeline.notes.map { "<p class=\"soft\"><small>\($0)</small></p>" as HTML })
            """
    }

    /// Percents of the chart's width, for a style.
    private func place(_ seconds: Double) -> String {
        Figure.decimal(100 * min(max(seconds / story.length, 0), 1), places: 3)
    }

    private func span(_ start: Double, _ end: Double) -> HTML {
        "left:\(place(start))%;width:\(place(max(0, min(end, story.length) - max(start, 0))))%"
    }

    private func times(_ start: Double, _ end: Double) -> String {
        "\(Figure.seconds(start)) to \(Figure.seconds(end)), \(Figure.seconds(end - start))"
    }

    // MARK: - Above and below

    /// A narrow one's name would be cut.
    private static let namedShare = 0.08
    /// Of the width, which nobody sees: a loser may end when the next phase has begun.
    private static let overlap = 0.01

    private var phases: HTML {
        var ends: [Double] = []
        let bars = story.phases.map { phase -> HTML in
            let line = ends.firstIndex { $0 <= phase.start + Self.overlap * story.length } ?? ends.count
            if line == ends.count { ends.append(0) }
            ends[line] = phase.end
            return bar(of: phase, line)
        }
        return """
            <div class="row phases"><b>phases</b><div class="lanes" style="height:\(Self.phaseHeight * ends.count)px">\(bars)</div></div>
            """
    }

    private func bar(of phase: JobStory.Phase, _ line: Int) -> HTML {
        let text = "\(phase.name): \(times(phase.start, phase.end))"
        let name = "\(phase.name) \(Figure.seconds(phase.end - phase.start))"
        return """
            <div class="phase \(phase.kind)" style="\(span(phase.start, phase.end));top:\(line * Self.phaseHeight)px" \
            aria-label="\(text)">\(phase.end - phase.start < Self.namedShare * story.length ? "" : name)</div>
            """
    }

    private var load: HTML {
        let load = Load(story)
        let peak = max(load.peak, 1)
        let columns = Double(load.maps.count)
        func polygon(_ kind: String, _ base: [Double], _ heights: [Double]) -> HTML {
            let upper = heights.indices.flatMap { column in
                [0.0, 1.0].map { (Double(column) + $0, base[column] + heights[column]) }
            }
            let lower = base.indices.flatMap { column in [0.0, 1.0].map { (Double(column) + $0, base[column]) } }
            let points = (upper + lower.reversed()).map { x, y in
                "\(Figure.decimal(x / columns * 1000, places: 1)),\(Figure.decimal(56 - 54 * y / peak, places: 1))"
            }
            return "<polygon fill=\"var(--\(kind))\" points=\"\(points.joined(separator: " "))\"/>"
        }
        let nothing = Array(repeating: 0.0, count: load.maps.count)
        return """
            <div class="row load"><b>at once: \(Int(peak.rounded()))</b><div class="lanes"><svg viewBox="0 0 1000 56" \
            preserveAspectRatio="none" role="img" aria-label="Attempts that run at once">\
            \(polygon("map", nothing, load.maps))\(polygon("reduce", load.maps, load.others))</svg></div></div>
            """
    }

    private var axis: HTML {
        let marks = Axis(length: story.length).marks.map { mark -> HTML in
            "<i style=\"left:\(place(mark.at))%\">\(mark.text)</i>"
        }
        return "<div class=\"row axis\"><b></b><div class=\"lanes\">\(marks)</div></div>"
    }

    private var legend: HTML {
        var classes: [(name: String, text: String)] = TaskKind.allCases.filter { kind in
            story.attempts.contains { $0.id.task.kind == kind }
        }.map { ("\($0)", "\($0)") }
        let bad: [(JobStory.Outcome, String)] = [
            (.undone, "output lost"), (.killed, "killed"), (.lost, "lost"), (.failed, "failed"),
        ]
        classes += bad.filter { outcome, _ in story.attempts.contains { $0.outcome == outcome } }.map {
            ("\($0)", $1)
        }
        if story.attempts.contains(where: \.isBackup) { classes.append(("map backup", "backup")) }
        let items = classes.map { "<span><i class=\"\($0.name)\"></i>\($0.text)</span>" as HTML }
        let gone: HTML? = absencesAreShown ? "<span><i class=\"gone\"></i>node not there</span>" : nil
        return "<div class=\"legend\">\(items)\(gone)</div>"
    }

    private var absencesAreShown: Bool { story.absences.contains { story.seconds($0.end ?? story.last) >= 0 } }

    // MARK: - A node

    private func row(of row: Timeline.Row, _ isFirst: inout Bool) -> HTML {
        let lanes = (0..<row.lanes).map { "<div class=\"lane\" style=\"top:\($0 * laneHeight)px\"></div>" as HTML }
        let gone = story.absences.filter { $0.node == row.node }.prefix(Self.absenceLimit).map { absence -> HTML in
            let (start, end) = (max(0, story.seconds(absence.start)), absence.end.map { story.seconds($0) })
            let text = "\(story.name(row.node)) was not there\n\(times(start, end ?? story.length))\n\(absence.reason)"
            let shown = Self.cut(text, to: Self.reasonLimit)
            return "<div class=\"gone\" style=\"\(span(start, end ?? story.length))\" aria-label=\"\(shown)\"></div>"
        }
        let bars = row.bars.map { bar(of: $0, isFirst: &isFirst) }
        let height = row.lanes * laneHeight - laneGap
        return """
            <div class="row"><b title="\(story.name(row.node))">\(story.name(row.node))</b>\
            <div class="lanes" style="height:\(height)px">\(lanes)\(gone)\(bars)</div></div>

            """
    }

    /// The arrow keys lead from one to the next, so that only the first is a stop of the tabulator's.
    private func bar(of bar: Timeline.Bar, isFirst: inout Bool) -> HTML {
        let attempt = story.attempts[bar.attempts[0]]
        let isOne = bar.attempts.count == 1
        let task: HTML? = isOne ? " data-task=\"\("\(attempt.id.task)")\"" : nil
        defer { isFirst = false }
        let backup = isOne && attempt.isBackup ? " backup" : ""
        return """
            <div class="bar \("\(attempt.id.task.kind)") \(bar.outcome.rawValue)\(backup)" role="img" tabindex="\
            \(isFirst ? 0 : -1)"\(task) style="top:\(bar.lane * laneHeight)px;\(span(bar.start, bar.end))" \
            aria-label="\(isOne ? text(of: attempt) : text(of: bar))"></div>
            """
    }

    private func text(of attempt: JobStory.Attempt) -> String {
        let task = attempt.id.task
        let kind = task.kind == .map || task.kind == .reduce ? "\(task.kind) \(task.index)" : "\(task.kind)"
        let outcome = attempt.outcome == .undone ? "succeeded, and its output was lost" : attempt.outcome.rawValue
        let reason = attempt.reason.isEmpty ? "" : ": \(Self.cut(attempt.reason, to: Self.reasonLimit))"
        return "\(kind) on \(story.name(attempt.node))\(attempt.isBackup ? ", a backup task" : "")\n"
            + "\(attempt.id)\n\(times(story.seconds(attempt.start), story.end(of: attempt)))\n\(outcome)\(reason)"
    }

    private func text(of bar: Timeline.Bar) -> String {
        let attempts = bar.attempts.map { story.attempts[$0] }
        let counts = JobStory.Outcome.allCases.compactMap { outcome in
            let count = attempts.count { $0.outcome == outcome }
            return count > 0 ? "\(count) \(outcome.rawValue)" : nil
        }
        return "\(attempts.count) attempts on \(story.name(attempts[0].node))\n\(times(bar.start, bar.end))\n"
            + counts.joined(separator: ", ")
    }
}
