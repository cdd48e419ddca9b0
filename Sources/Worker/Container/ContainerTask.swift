internal import ClusterModel
internal import Wire

/// An attempt, with all that its container needs to run it.
struct ContainerTask {
    let attempt: AttemptID
    let assignment: Assignment
    let job: JobProgram
    /// Empty, the container's own, and the working folder of the user's program; see ``AttemptContext/makeFolder()``.
    let folder: String
    /// Where the job's files lie, under their names.
    let filesFolder: String
    /// Of the map output that stays on the worker.
    let mapOutputPath: String
    let logPath: String
    /// Proves to other workers that the container may fetch.
    let secret: [UInt8]

    init(_ attempt: AttemptID, _ assignment: Assignment, of known: ContainerJob) {
        let worker = WorkerFolder(path: known.folder)
        (self.attempt, self.assignment) = (attempt, assignment)
        (job, secret) = (known.program, known.secret)
        folder = worker.attempt(attempt)
        filesFolder = worker.files(of: attempt.task.job)
        mapOutputPath = worker.mapOutput(attempt)
        logPath = worker.log(attempt)
    }
}
