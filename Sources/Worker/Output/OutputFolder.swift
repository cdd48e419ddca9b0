internal import ClusterModel
internal import FileSystems
internal import Wire

/// Where a job's output is while it is made: `<parent>/<temporary>/<attempt>/part-00000`, beside its final place so that a
/// rename suffices. Further outputs of an attempt lie beside its part.
struct OutputFolder {
    let final: FileURI
    let temporary: FileURI
    /// Of the parts' names, behind their number; empty when they are not compressed.
    private let suffix: String
    /// Of further outputs.
    let names: [String]

    init(_ job: JobProgram) throws(FileSystemError) {
        final = try FileURI(parsing: job.output)
        temporary = final.parent.appending(job.folderName)
        let compression = job.program.outputCompression
        // A SequenceFile says itself how it is compressed.
        suffix = compression.isEmpty || job.program.outputFiles != .text ? "" : ".\(compression)"
        names = job.program.format.namedOutputs
    }

    func attempt(_ attempt: AttemptID) -> String { temporary.appending("\(attempt)").path }

    /// Where the winners' parts are gathered.
    var gathered: String { temporary.appending("output").path }

    /// Tells the gathered folder apart from any other, also after its rename.
    var identity: String { temporary.appending("identity").path }

    /// `part-00000` and so on, or `part-00000.gz`, as Hadoop names them.
    func part(_ index: Int) -> String { numbered("part", index) }

    /// A further output's, such as `NAME-r-00000`.
    func file(of name: String, _ task: TaskID) -> String {
        numbered("\(name)-\(task.kind == .map ? "m" : "r")", task.index)
    }

    private func numbered(_ name: String, _ index: Int) -> String {
        let digits = "\(index)"
        return "\(name)-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + suffix
    }
}

/// The job-commit task.
final class CommitAttempt: RunningAttempt {
    let context: AttemptContext
    private let winners: [AttemptID]

    init(_ context: AttemptContext, winners: [AttemptID]) {
        self.context = context
        self.winners = winners
    }

    func start() throws {
        let job = context.task.job
        try OutputCommit(folder: OutputFolder(job), winners: job.hasParts ? winners : []).run()
        context.succeed()
    }
}

/// Gathers the winners' parts and renames the folder once.
///
/// It may die at any point and run again, also beside an older one that is not quite dead: each step is a rename, and a step
/// that finds its work done goes on.
struct OutputCommit {
    let folder: OutputFolder
    let winners: [AttemptID]

    func run() throws {
        if try !isRenamed() { try rename() }
        try LocalFileSystem.remove(folder.temporary.path)
    }

    func rename() throws {
        try gather()
        try noteIdentity()
        try LocalFileSystem.renameNew(folder.gathered, to: folder.final.path)
    }

    /// What is at the final place may be somebody else's: it is ours if it is the very folder that was noted before its
    /// rename. Where the note is gone, so is all else that an earlier commit was removing: then the final folder is ours if
    /// the first winner's part is nowhere else, since only a commit moves it. Without parts there is nothing to tell it from
    /// another empty output, nor any harm in that.
    private func isRenamed() throws -> Bool {
        guard let final = try LocalFileSystem.status(folder.final.path) else { return false }
        if try LocalFileSystem.exists(folder.identity) {
            return try FileReader.readAll(folder.identity, limit: 100) == Array("\(final.identity)".utf8)
        }
        guard let first = winners.first else {
            return try !LocalFileSystem.exists(folder.gathered)
                && LocalFileSystem.list(folder.final.path) == ["_SUCCESS"]
        }
        return try !LocalFileSystem.exists(part(0, of: first)) && !LocalFileSystem.exists(gatheredPart(0))
    }

    private func noteIdentity() throws(FileSystemError) {
        guard let gathered = try LocalFileSystem.status(folder.gathered) else { return }
        let file = try FileWriter(folder.identity)
        let bytes = Array("\(gathered.identity)".utf8)
        try file.write(bytes.span)
        try file.close()
    }

    private func gather() throws(FileSystemError) {
        try LocalFileSystem.makeFolder(folder.gathered)
        for (index, winner) in winners.enumerated() {
            do {
                try LocalFileSystem.rename(part(index, of: winner), to: gatheredPart(index))
            } catch {
                guard error.kind == .notFound, try LocalFileSystem.exists(gatheredPart(index)) else { throw error }
            }
            for name in folder.names { try gather(folder.file(of: name, winner.task), of: winner) }
        }
        try FileWriter("\(folder.gathered)/_SUCCESS").close()
    }

    /// A further output's file, which need not be there: it is made with its first record.
    private func gather(_ name: String, of winner: AttemptID) throws(FileSystemError) {
        let path = "\(folder.attempt(winner))/\(name)"
        do {
            try LocalFileSystem.rename(path, to: "\(folder.gathered)/\(name)")
        } catch {
            guard error.kind == .notFound, try !LocalFileSystem.exists(path) else { throw error }
        }
    }

    private func part(_ index: Int, of winner: AttemptID) -> String {
        "\(folder.attempt(winner))/\(folder.part(index))"
    }

    private func gatheredPart(_ index: Int) -> String { "\(folder.gathered)/\(folder.part(index))" }
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
