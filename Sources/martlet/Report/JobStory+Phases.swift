internal import ClusterModel

extension JobStory {
    /// A part of a job's time; phases may overlap, as when lost map output is made again.
    struct Phase: Equatable {
        let name: String
        /// Seconds since the job's submission.
        let start: Double
        let end: Double

        /// Of the attempts that it consists of.
        var kind: String { name.hasSuffix("s") ? String(name.dropLast()) : name }
    }

    /// Until the job's end, or the last that is known of it; in seconds.
    var length: Double { max(seconds(ended ?? last), 0.001) }

    /// Seconds since the job's submission, to the millisecond.
    func seconds(_ instant: Instant) -> Double {
        let origin = submitted ?? .start
        return Double(origin.duration(to: instant).milliseconds) / 1000
    }

    func end(of attempt: Attempt) -> Double { attempt.end.map { seconds($0) } ?? length }

    func duration(of attempt: Attempt) -> Double { end(of: attempt) - seconds(attempt.start) }

    /// Waiting for the first attempt, maps, reduces, and the commit or abort.
    var phases: [Phase] {
        let first = attempts.first.map { seconds($0.start) } ?? length
        let waiting = Phase(name: "waiting", start: 0, end: first)
        let ending = aborting.map { ("abort", $0) } ?? committing.map { ("commit", $0) }
        let last = ending.map { Phase(name: $0.0, start: seconds($0.1), end: length) }
        return [waiting.end > 0 ? waiting : nil, phase(.map), phase(.reduce), last].compactMap { $0 }
    }

    private func phase(_ kind: TaskKind) -> Phase? {
        let own = attempts.lazy.filter { $0.id.task.kind == kind }
        guard let first = own.first else { return nil }
        return Phase(name: "\(kind)s", start: seconds(first.start), end: own.map { end(of: $0) }.max() ?? length)
    }
}
