internal import ArgumentParser
internal import ClusterModel
internal import Coordinator
internal import Wire

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Read a coordinator's journal: all that a cluster has decided.",
        discussion: """
            Prints one line a change: its number, the seconds since the cluster was made, and what changed. The cluster may be \
            gone or run: nothing is locked, and nothing is written.

              martlet journal ~/.martlet/clusters/default
              martlet journal ~/.martlet/clusters/default --until 12.5s
              martlet journal /var/tmp/martlet --check

            With --until it prints nodes, jobs and tasks as they were after that change, or so many seconds after the \
            cluster was made.

            Where old changes are no longer kept ('up --keep-history'), the lines begin with the first that is, and --until \
            reaches as far back.

            With --check it exits with 1 when the journal is damaged, or a snapshot is not what the changes come to. An end \
            that was cut short is no damage: a crash leaves one, and nobody had been told of what it held. It also prints \
            the SHA-256 of the state after the last change: the same for two journals that come to the same.

            A coordinator that was started with --record keeps every event too. --events prints each before what was \
            decided on it; --replay decides all of them again, and exits with 1 when this Martlet decides otherwise.

            JSON: one object a line, {sequence, at (s), job, text}; with --events also {event, at (s)}; with --until one \
            object, {sequence, at, nodes, jobs, tasks}, each as of the command of its name; with --check {first and last \
            (numbers of changes), changes, segments, seconds, stateHash, snapshots [{path, sequence, damage}], torn {path, \
            whole, lost} (bytes), damage}; with --replay {events, changes, difference {event, recorded, decided}}.
            """)
    @Argument(
        help: "A coordinator's data folder, or the folder of a cluster that 'up' has made.", completion: .directory)
    var folder: String
    @Flag(help: "Print only whether all of it can be read and fits, and the state's hash.") var check = false
    @Flag(help: "Print the events that were kept, too.") var events = false
    @Flag(help: "Decide again on the events that were kept, and compare.") var replay = false
    @Option(help: ArgumentHelp("Print the state after this change, or at this second.", valueName: "change|seconds"))
    var until: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if [check, replay, events, until != nil].count(where: { $0 }) > 1 {
            throw ValidationError("--check, --replay, --events and --until are four questions: ask one")
        }
    }

    func run() throws {
        let folder = try JournalPlace.find(folder)
        if check { return try JournalCheck.run(folder, output) }
        if replay { return try JournalReplay.run(folder, output) }
        guard let until else { return try printChanges(folder) }
        guard let place = History.Place(until) else {
            throw UserError("--until \(until): write a change's number, such as 120, or seconds, such as 12.5s")
        }
        try tell(try History(folder: folder, until: place))
    }

    // MARK: - Changes

    /// An event for `--json`.
    private struct EventLine: Encodable {
        let event: String
        let at: Double
    }

    private func printChanges(_ folder: String) throws {
        var lines = ""
        var hasPrinted = false
        defer { Output.text(lines) }
        try KeptHistory.reading(folder, mayRepeat: { !hasPrinted }) { kept in
            lines = ""
            try tellChanges(kept) { more in
                lines += more
                // So many together: a journal may have millions.
                guard lines.utf8.count > 1 << 16 else { return }
                Output.text(lines)
                (lines, hasPrinted) = ("", true)
            }
        }
    }

    private func tellChanges(_ kept: KeptHistory, _ body: (String) -> Void) throws {
        var reader = kept.reader(after: kept.first - 1)
        var text = ChangeText(after: try Self.beginning(of: kept))
        try reader.readEntries { entry in
            if events, let event = entry.event { body(line(event, at: entry.instant, text)) }
            for (place, change) in entry.changes.enumerated() {
                body(
                    line(
                        text.line(
                            RecordedChange(sequence: entry.sequence + place, instant: entry.instant, change: change))))
            }
        }
        if let tear = reader.tear { Output.error("martlet: \(tear)") }
    }

    /// Without it the changes can be told, but not the names of nodes that joined before.
    private static func beginning(of kept: KeptHistory) throws -> History {
        do {
            return History(try kept.beginning)
        } catch {
            if try kept.isSuperseded { throw error }
            Output.error("martlet: \(error)")
            return History(Snapshot())
        }
    }

    private func line(_ line: ChangeText.Line) -> String {
        output.json ? Output.jsonLine(line) : "\(line.sequence)  \(line.readable)\n"
    }

    private func line(_ event: Event, at instant: Instant, _ text: ChangeText) -> String {
        let line = EventLine(
            event: event.text(text.name), at: Double(instant.nanoseconds / 1_000_000) / 1000)
        return output.json ? Output.jsonLine(line) : "    \(line.event)\n"
    }

    // MARK: - A moment

    struct Moment: Encodable {
        let sequence: Int
        let at: Double
        let nodes: [NodeReport]
        let jobs: [JobReport]
        let tasks: [TaskReport]
    }

    private func tell(_ history: History) throws {
        for warning in history.warnings { Output.error("martlet: \(warning)") }
        let jobs = history.jobs
        let tasks = try jobs.compactMap { JobID($0.id) }.map { try history.tasks(of: $0) }
        if output.json {
            return try Output.json(
                Moment(
                    sequence: history.sequence, at: history.seconds, nodes: history.nodes, jobs: jobs,
                    tasks: tasks.flatMap { $0 }))
        }
        Output.line("after change \(history.sequence), at \(Table.duration(history.seconds))\n")
        Output.text(ReportTables.nodes(history.nodes) + "\n" + ReportTables.jobs(jobs))
        for some in tasks { Output.text("\n" + ReportTables.tasks(some)) }
    }
}
