internal import ClusterModel
internal import Wire

/// An attempt, with all that its container needs to run it.
struct ContainerTask {
    let attempt: AttemptID
    let assignment: Assignment
    private let known: ContainerJob

    init(_ attempt: AttemptID, _ assignment: Assignment, of known: ContainerJob) {
        (self.attempt, self.assignment, self.known) = (attempt, assignment, known)
    }

    var job: JobProgram { known.program }
    /// Empty, the container's own, and the working folder of the user's program; see ``AttemptContext/makeFolder()``.
    var folder: String { worker.attempt(attempt) }
    /// Where the job's files lie, under their names.
    var filesFolder: String { worker.files(of: attempt.task.job) }
    /// Of the map output that stays on the worker.
    var mapOutputPath: String { worker.mapOutput(attempt) }
    var logPath: String { worker.log(attempt) }
    /// Proves to other workers that the container may fetch.
    var secret: [UInt8] { known.secret }

    private var worker: WorkerFolder { WorkerFolder(path: known.folder) }
}
