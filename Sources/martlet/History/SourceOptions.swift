internal import ArgumentParser
internal import ClusterModel
internal import MartletClient

/// Where a report comes from: a cluster that runs, or the journal of one that is gone.
struct SourceOptions: ParsableArguments {
    @OptionGroup var cluster: ClusterOptions
    @Option(
        help: ArgumentHelp(
            "Read the journal in this folder, a coordinator's or a cluster's, instead of asking.", valueName: "dir"),
        completion: .directory)
    var history: String?

    func validate() throws {
        if history != nil && (cluster.cluster != nil || cluster.coordinator != nil) {
            throw ValidationError("--history reads a folder: leave out --cluster and --coordinator")
        }
    }

    func nodes() throws -> [NodeReport] { try past()?.nodes ?? cluster.connect().nodes() }
    func jobs() throws -> [JobReport] { try past()?.jobs ?? cluster.connect().jobs() }
    func job(_ id: JobID) throws -> JobReport {
        try JobArgument.known(id, jobs) { try past()?.job(id) ?? cluster.connect().job(id) }
    }
    func tasks(of id: JobID) throws -> [TaskReport] {
        try JobArgument.known(id, jobs) { try past()?.tasks(of: id) ?? cluster.connect().tasks(of: id) }
    }
    /// Some at a time, as they come.
    func tasks(of id: JobID, _ body: @escaping ([TaskReport]) -> Void) throws {
        try JobArgument.known(id, jobs) {
            if let past = try past() { try past.tasks(of: id, body) } else { try cluster.connect().tasks(of: id, body) }
        }
    }
    func counters(of id: JobID) throws -> Counters {
        try JobArgument.known(id, jobs) { try past()?.counters(of: id) ?? cluster.connect().counters(of: id) }
    }

    private func past() throws -> History? {
        guard let history else { return nil }
        let past = try History(folder: JournalPlace.find(history))
        for warning in past.warnings { Output.error("martlet: \(warning)") }
        return past
    }
}
