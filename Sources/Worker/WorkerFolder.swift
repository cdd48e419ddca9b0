internal import ClusterModel
internal import EventLoop
internal import FileSystems

/// Where a worker keeps what on its disk.
struct WorkerFolder: Sendable {
    let path: String

    func files(of job: JobID) -> String { "\(path)/jobs/\(job)/files" }
    /// A file of the job's that has not come whole.
    func incompleteFile(_ index: Int, of job: JobID) -> String { "\(path)/jobs/\(job)/incomplete-\(index)" }
    /// One of the job's archives, packed.
    func archive(_ index: Int, of job: JobID) -> String { "\(path)/jobs/\(job)/archive-\(index)" }
    /// Where archives are unpacked before they are whole.
    func unpacking(_ number: Int, of job: JobID) -> String { "\(path)/jobs/\(job)/unpacking-\(number)" }
    func job(_ job: JobID) -> String { "\(path)/jobs/\(job)" }
    func mapOutput(_ attempt: AttemptID) -> String { "\(path)/jobs/\(attempt.task.job)/\(attempt).output" }
    /// The working folder of the attempt's program.
    func attempt(_ attempt: AttemptID) -> String { "\(path)/attempts/\(attempt)" }
    func logs(of job: JobID) -> String { "\(path)/logs/\(job)" }
    func log(_ attempt: AttemptID) -> String { "\(path)/logs/\(attempt.task.job)/\(attempt)" }

    /// Puts a path aside at once, so that its name is free again; the removal of what it gives may take its time.
    func putAside(_ path: String, _ number: Int) throws(FileSystemError) -> String? {
        guard try LocalFileSystem.exists(path) else { return nil }
        let aside = "\(self.path)/trash/\(number)"
        try LocalFileSystem.rename(path, to: aside)
        return aside
    }

    /// Removes what an earlier incarnation left: nobody will ask for it. Logs stay.
    func clear() throws(FileSystemError) {
        try LocalFileSystem.makeFolder(path)
        try removeWork()
        for name in Self.work + ["logs"] { try LocalFileSystem.makeFolder("\(path)/\(name)") }
    }

    /// What is of no use without the process that made it.
    private static let work = ["jobs", "attempts", "trash"]

    func removeWork() throws(FileSystemError) {
        for name in Self.work { try LocalFileSystem.remove("\(path)/\(name)") }
    }

    /// Takes the folder for this process as long as it lives.
    ///
    /// - Returns: A descriptor that holds the lock.
    func take() throws -> CInt {
        try LocalFileSystem.makeFolder(path)
        let lock = "\(path)/worker.lock"
        let names = try LocalFileSystem.list(path)
        guard names.isEmpty || names.contains("worker.lock") else {
            throw FileSystemError(.invalid, "\(path) holds other files: give the worker an empty folder with --data")
        }
        do {
            return try Descriptors.lock(lock)
        } catch {
            throw FileSystemError(.exists, "\(path) is another worker's: give each its own with --data")
        }
    }
}
