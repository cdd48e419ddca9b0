internal import ClusterModel
internal import FileSystems
internal import Wire

/// Where a job's output is while it is made: `<parent>/<temporary>/<attempt>/part-00000`, beside its final place so that a
/// rename suffices.
struct OutputFolder {
    let final: FileURI
    let temporary: FileURI

    init(_ job: JobProgram) throws(FileSystemError) {
        final = try FileURI(parsing: job.output)
        temporary = final.parent.appending(job.folderName)
    }

    func attempt(_ attempt: AttemptID) -> String { temporary.appending("\(attempt)").path }

    /// Where the winners' parts are gathered.
    var gathered: String { temporary.appending("output").path }

    /// Tells the gathered folder apart from any other, also after its rename.
    var identity: String { temporary.appending("identity").path }

    /// `part-00000` and so on, as Hadoop names them.
    static func part(_ index: Int) -> String {
        let digits = "\(index)"
        return "part-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

/// The job-commit task: gathers the winners and renames the folder once.
///
/// It may die at any point and run again, also beside an older one that is not quite dead: each step is a rename, and a step
/// that finds its work done goes on.
final class CommitAttempt: RunningAttempt {
    let context: AttemptContext
    private let winners: [AttemptID]

    init(_ context: AttemptContext, winners: [AttemptID]) {
        self.context = context
        self.winners = winners
    }

    func start() throws {
        let folder = try OutputFolder(context.task.job)
        if try !isRenamed(folder) {
            try gather(folder)
            try noteIdentity(folder)
            try LocalFileSystem.renameNew(folder.gathered, to: folder.final.path)
        }
        try LocalFileSystem.remove(folder.temporary.path)
        context.succeed()
    }

    /// What is at the final place may be somebody else's: it is ours if it is the very folder that was noted before its
    /// rename. Without a temporary folder an earlier commit has come to its end, since only that removes it.
    private func isRenamed(_ folder: OutputFolder) throws -> Bool {
        guard let final = try LocalFileSystem.status(folder.final.path) else { return false }
        guard try LocalFileSystem.exists(folder.temporary.path) else { return !winners.isEmpty }
        guard try LocalFileSystem.exists(folder.identity) else { return false }
        return try FileReader.readAll(folder.identity, limit: 100) == Array("\(final.identity)".utf8)
    }

    private func noteIdentity(_ folder: OutputFolder) throws(FileSystemError) {
        guard let gathered = try LocalFileSystem.status(folder.gathered) else { return }
        let file = try FileWriter(folder.identity)
        let bytes = Array("\(gathered.identity)".utf8)
        try file.write(bytes.span)
        try file.close()
    }

    private func gather(_ folder: OutputFolder) throws(FileSystemError) {
        try LocalFileSystem.makeFolder(folder.gathered)
        for (index, winner) in winners.enumerated() {
            let part = "\(folder.gathered)/\(OutputFolder.part(index))"
            let source = "\(folder.attempt(winner))/\(OutputFolder.part(index))"
            do {
                try LocalFileSystem.rename(source, to: part)
            } catch {
                guard error.kind == .notFound, try LocalFileSystem.exists(part) else { throw error }
            }
        }
        try FileWriter("\(folder.gathered)/_SUCCESS").close()
    }
}

/// The job-abort task: removes what a failed or cancelled job has written.
final class AbortAttempt: RunningAttempt {
    let context: AttemptContext

    init(_ context: AttemptContext) { self.context = context }

    func start() throws {
        try LocalFileSystem.remove(try OutputFolder(context.task.job).temporary.path)
        context.succeed()
    }
}
