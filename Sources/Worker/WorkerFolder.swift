internal import ClusterModel
internal import FileSystems

/// Where a worker keeps what on its disk.
struct WorkerFolder: Sendable {
    let path: String

    func files(of job: JobID) -> String { "\(path)/jobs/\(job)/files" }
    func job(_ job: JobID) -> String { "\(path)/jobs/\(job)" }
    func mapOutput(_ attempt: AttemptID) -> String { "\(path)/jobs/\(attempt.task.job)/\(attempt).output" }
    /// The working folder of the attempt's program.
    func attempt(_ attempt: AttemptID) -> String { "\(path)/attempts/\(attempt)" }
    func logs(of job: JobID) -> String { "\(path)/logs/\(job)" }
    func log(_ attempt: AttemptID) -> String { "\(path)/logs/\(attempt.task.job)/\(attempt)" }

    /// Removes what an earlier incarnation left: nobody will ask for it. Logs stay.
    func clear() throws(FileSystemError) {
        try LocalFileSystem.makeFolder(path)
        try LocalFileSystem.remove("\(path)/jobs")
        try LocalFileSystem.remove("\(path)/attempts")
        try LocalFileSystem.makeFolder("\(path)/jobs")
        try LocalFileSystem.makeFolder("\(path)/attempts")
        try LocalFileSystem.makeFolder("\(path)/logs")
    }
}
