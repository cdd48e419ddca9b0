internal import ClusterModel

extension ReportPage {
    private static let sentenceLimit = 300

    // MARK: - Troubles

    var troubles: HTML {
        let told = story.troubles.told
        guard !told.isEmpty else { return "<h2>Faults</h2>\n<p>Nothing went wrong.</p>" }
        let rows = told.map { trouble -> HTML in
            """
            <tr><td class="n">\((story.submitted ?? .start).duration(to: trouble.at).secondsText) s</td>\
            <td><span class="dot \(Self.dot(trouble.kind))"></span>\(trouble.kind.rawValue)</td>\
            <td>\(Self.text(trouble))</td></tr>

            """
        }
        let leftOut: HTML? =
            story.troubles.leftOut > 0
            ? "<p class=\"soft\">\(Figure.grouped(story.troubles.leftOut)) more, later ones, are left out.</p>" : nil
        return """
            <h2>Faults</h2>
            <table><tr><th class="n">after</th><th>what</th><th></th></tr>
            \(rows)</table>\(leftOut)
            """
    }

    private static func text(_ trouble: Troubles.Trouble) -> String {
        let along = [
            trouble.attemptsLost > 0 ? Figure.count(trouble.attemptsLost, "attempt") : nil,
            trouble.outputsLost > 0 ? "the output of \(Figure.count(trouble.outputsLost, "map"))" : nil,
        ].compactMap { $0 }
        let text = cut(trouble.text, to: sentenceLimit)
        return along.isEmpty ? text : "\(text); with it went \(along.joined(separator: " and "))"
    }

    private static func dot(_ kind: Troubles.Kind) -> String {
        switch kind {
        case .attemptFailed, .nodeLost, .coordinator: "bad"
        case .attemptLost, .output, .fetch, .connection: "warn"
        case .backup, .node: "good"
        case .attemptKilled: ""
        }
    }

    // MARK: - Counters

    var counterTable: HTML {
        guard !counters.entries.isEmpty else { return "<h2>Counters</h2>\n<p>Nothing was counted.</p>" }
        let rows = counters.entries.map { entry -> HTML in
            """
            <tr><td>\(Self.shortGroup(entry.group))</td><td>\(entry.name)</td>\
            <td class="n">\(Figure.grouped(entry.value))</td></tr>

            """
        }
        return """
            <h2>Counters</h2>
            <table><tr><th>group</th><th>counter</th><th class="n">value</th></tr>
            \(rows)</table>
            """
    }

    /// Hadoop's groups are names of Java classes.
    private static func shortGroup(_ group: String) -> String {
        group.hasPrefix("org.apache.hadoop.") ? String(group.split(separator: ".").last ?? "") : group
    }

    // MARK: - Command

    var command: HTML {
        guard let specification = story.specification else {
            return "<h2>Command</h2>\n<p>It is no longer kept.</p>"
        }
        let program = specification.program
        let commands = [("-mapper", program.mapper), ("-combiner", program.combiner), ("-reducer", program.reducer)]
        let inputs = specification.inputs.prefix(Self.inputLimit).map { "-input \(Self.quoted($0))" }
        let more = specification.inputs.count - inputs.count
        let lines =
            inputs + (more > 0 ? ["# and \(Figure.count(more, "more input"))"] : [])
            + ["-output \(Self.quoted(specification.output))"]
            + commands.filter { !$0.1.isEmpty }.map {
                "\($0.0) \(Self.quoted($0.1.map { Self.quoted($0) }.joined(separator: " ")))"
            }
            + (program.files.isEmpty ? [] : ["-files \(program.files.map(\.name).joined(separator: ","))"])
            + ["-numReduceTasks \(specification.reduceCount)"]
        return "<h2>Command</h2>\n<pre>\(Self.cut("martlet stream " + lines.joined(separator: " \\\n  ")))</pre>"
    }

    private static let inputLimit = 5

    /// As a shell reads it.
    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (97...122).contains(byte | 32) || "-_./:=,+@%".utf8.contains(byte)
            }
        return isPlain
            ? word : "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
}
