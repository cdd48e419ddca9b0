internal import ClusterModel
internal import Wire

/// A job's story as one page, which needs nothing else and asks for nothing.
struct ReportPage {
    /// Characters of what a user or program has written, wherever it may be long.
    static let textLimit = 8192
    private static let nameLimit = 200

    let story: JobStory
    /// The job as its cluster reports it.
    let job: JobReport
    let counters: Counters
    let timeline: Timeline

    init(_ story: JobStory, _ job: JobReport, _ counters: Counters) {
        (self.story, self.job, self.counters) = (story, job, counters)
        timeline = Timeline(story)
    }

    var html: String {
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <title>\(title)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            \(head)
            \(tiles)
            \(failure)
            <h2>Timeline</h2>
            \(chart)
            \(list("What stands out", story.findings))
            \(troubles)
            \(counterTable)
            \(command)
            <p class="soft"><small>Made by martlet report from the cluster's history. Times are counted from the job's submission.</small></p>
            <div id="tip" role="status" hidden></div>
            <script>\(Self.script)</script>
            </body>
            </html>

            """
        return page.text
    }

    // MARK: - Its own parts

    private static let style = HTML(ours: String(decoding: PackageResources.page_css, as: UTF8.self))
    private static let script = HTML(ours: String(decoding: PackageResources.page_js, as: UTF8.self))

    /// Nothing is fetched, and no script runs but ours, whatever else is in the page.
    private var policy: String {
        let hash = Base64.text(SHA256.hash(Array(Self.script.text.utf8)))
        return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-\(hash)'"
    }

    private var name: String { Self.cut(job.name, to: Self.nameLimit) }
    private var title: String { name.isEmpty ? job.id : "\(job.id): \(name)" }

    static func cut(_ text: String, to limit: Int = textLimit) -> String {
        text.count <= limit ? text : text.prefix(limit) + " …"
    }

    // MARK: - Head

    private var head: HTML {
        let nodes = Figure.count(Set(story.attempts.map(\.node)).count, "node")
        let span = job.isEnded ? "took" : "has run for"
        let began = startText.map { "Submitted on \($0), it" } ?? "It"
        return """
            <h1>\(title)<span class="badge \(job.state)">\(job.state)</span></h1>
            <p>\(began) \(span) \(Table.duration(story.length)) on \(nodes). Output: \(Self.cut(job.output, to: 1000))</p>
            \(late)
            """
    }

    private var startText: String? {
        guard let clock = story.wallClock, let submitted = story.submitted else { return nil }
        return CalendarDate(nanosecondsSince1970: clock + submitted.nanoseconds).text
    }

    private var late: HTML? {
        guard let late = story.beginsLate else { return nil }
        let text =
            "What was before second \(Figure.decimal(story.seconds(late), places: 3)) of the job is no longer kept, and is "
            + "missing here."
        return "<p class=\"soft\">\(text)</p>"
    }

    private var tiles: HTML {
        let counts = Dictionary(grouping: story.attempts, by: \.outcome).mapValues(\.count)
        let backups = story.attempts.count(where: \.isBackup)
        let nodesLost = story.troubles.counts[.nodeLost] ?? 0
        return """
            <div class="tiles">
            \(tile(Table.duration(story.length), "from submission to \(job.isEnded ? "end" : "now")"))
            \(tile("\(Figure.grouped(job.maps.done)) / \(Figure.grouped(job.maps.total))", "maps done"))
            \(tile("\(Figure.grouped(job.reduces.done)) / \(Figure.grouped(job.reduces.total))", "reduces done"))
            \(tile(Figure.grouped(story.attempts.count), "attempts, \(Figure.count(backups, "backup")) among them"))
            \(tile("\(nodesLost)", "nodes lost"))
            \(tile(
                [JobStory.Outcome.failed, .lost, .killed].map { Figure.grouped(counts[$0] ?? 0) }.joined(separator: " / "),
                "attempts failed / lost / killed"))
            </div>
            """
    }

    private func tile(_ figure: String, _ what: String) -> HTML {
        "<div class=\"tile\"><b>\(figure)</b><span>\(what)</span></div>"
    }

    private var failure: HTML? {
        guard let failure = job.failure else { return nil }
        let attempt = failure.attempt.isEmpty ? "" : " (\(failure.attempt) on \(failure.node))"
        let error: HTML? =
            failure.standardError.isEmpty
            ? nil : "<p>Its standard error ended with:</p><pre>\(Self.cut(failure.standardError))</pre>"
        return """
            <h2>Why it failed</h2>
            <div class="failure"><p>\(Self.cut(failure.reason))\(attempt)</p>\(error)</div>
            """
    }

    private func list(_ title: String, _ lines: [String]) -> HTML? {
        guard !lines.isEmpty else { return nil }
        return "<h2>\(title)</h2>\n<ul>\(lines.map { "<li>\($0)</li>" as HTML })</ul>"
    }
}
