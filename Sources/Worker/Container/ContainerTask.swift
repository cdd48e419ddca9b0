internal import ClusterModel
internal import MapReduce
internal import Wire

/// What a container is for, and what follows from it for each of its attempts.
struct PreparedJob {
    let known: ContainerJob
    let rules: Result<RecordRules, StreamingError>

    init(_ known: ContainerJob) {
        self.known = known
        rules = Result { () throws(StreamingError) in try RecordRules(known.program.program.format) }
    }
}

/// An attempt, with all that its container needs to run it.
struct ContainerTask {
    let attempt: AttemptID
    let assignment: Assignment
    private let prepared: PreparedJob

    init(_ attempt: AttemptID, _ assignment: Assignment, of prepared: PreparedJob) {
        (self.attempt, self.assignment, self.prepared) = (attempt, assignment, prepared)
    }

    var job: JobProgram { prepared.known.program }
    var rules: RecordRules { get throws(StreamingError) { try prepared.rules.get() } }
    /// Empty, the container's own, and the working folder of the user's program; see ``AttemptContext/makeFolder()``.
    var folder: String { worker.attempt(attempt) }
    /// Where the job's files lie, under their names.
    var filesFolder: String { worker.files(of: attempt.task.job) }
    /// Of the map output that stays on the worker.
    var mapOutputPath: String { worker.mapOutput(attempt) }
    /// Of a map that may have run on this worker.
    func mapOutputPath(of map: AttemptID) -> String { worker.mapOutput(map) }
    var logPath: String { worker.log(attempt) }
    /// Proves to other workers that the container may fetch.
    var secret: [UInt8] { prepared.known.secret }

    private var worker: WorkerFolder { WorkerFolder(path: prepared.known.folder) }
}
