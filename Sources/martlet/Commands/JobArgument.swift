internal import ClusterModel

/// A job that a command line names.
enum JobArgument {
    static func parse(_ text: String) throws -> JobID {
        if let id = JobID(text) { return id }
        let digits = String(text.reversed().prefix { $0.isASCII && $0.isWholeNumber }.reversed())
        guard let meant = JobID(digits) else { throw UserError("'\(text)' is no job: write one such as job-1") }
        throw UserError("'\(text)' is no job: did you mean \(meant)?")
    }

    /// Does what is to be done with the job. When there is no such job, the error says which one may be meant.
    ///
    /// - Parameter jobs: All that there are; asked only then.
    static func known<Result>(
        _ id: JobID, _ jobs: () throws -> [JobReport], _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch {
            guard let all = try? jobs().compactMap({ JobID($0.id) }), !all.contains(id) else { throw error }
            guard let nearest = Nearest.job(to: id, among: all) else {
                throw UserError("there is no \(id), nor any other yet: 'martlet help stream' shows how to run one")
            }
            throw UserError("there is no \(id): did you mean \(nearest)? 'martlet jobs' lists them")
        }
    }
}
