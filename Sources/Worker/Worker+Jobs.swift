internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Logging
internal import Wire

/// What a worker knows of a job.
struct WorkerJob {
    let program: JobProgram
    /// Where winning map output is, by map task.
    var locations: [Int: MapOutputLocation] = [:]
    /// A file of the job's could not be laid down; its attempts fail with this.
    var problem = ""
}

extension Worker {
    func prepare(_ program: JobProgram) {
        jobs[program.job] = WorkerJob(program: program)
        attemptDisk(for: program.job) { () throws(FileSystemError) in
            try LocalFileSystem.makeFolder(folder.files(of: program.job))
            try LocalFileSystem.makeFolder(folder.logs(of: program.job))
        }
    }

    /// Names were checked by the client; here a name with a slash, which would leave the folder, ends the job's hope.
    func write(_ bytes: [UInt8], toFile index: Int, of job: JobID) {
        guard let files = jobs[job]?.program.program.files, files.indices.contains(index) else { return }
        let file = files[index]
        guard !file.name.contains("/"), file.name != ".", file.name != ".." else {
            jobs[job]?.problem = "the job's file '\(file.name)' has no usable name"
            return
        }
        attemptDisk(for: job) { () throws(FileSystemError) in
            let path = "\(folder.files(of: job))/\(file.name)"
            let writer = try FileWriter(path, isExecutable: file.isExecutable, appends: true)
            try writer.write(bytes.span)
            try writer.close()
        }
    }

    private func attemptDisk(for job: JobID, _ body: () throws(FileSystemError) -> Void) {
        do throws(FileSystemError) {
            try body()
        } catch {
            log.error("\(job): \(error)")
            jobs[job]?.problem = "the node could not lay down the job's files: \(error)"
        }
    }

    /// Tells the job's running reducers, and remembers for those to come.
    func locate(_ locations: [MapOutputLocation], of job: JobID) {
        for location in locations { jobs[job]?.locations[location.attempt.task.index] = location }
        for attempt in pool.running where attempt.task.job == job && attempt.task.kind == .reduce {
            guard let container = pool.container(of: attempt) else { continue }
            containers[container]?.send(.mapOutputs(locations))
        }
    }

    /// Jobs whose logs stay on the node.
    private static let jobLogsKept = 1000

    func forget(_ job: JobID) {
        jobs[job] = nil
        perform(pool.forget(job))
        do throws(FileSystemError) {
            trashCount += 1
            if let aside = try folder.putAside(folder.job(job), trashCount) { data.leave(.remove(path: aside)) }
        } catch {
            log.warning("\(job): \(error)")
            data.leave(.remove(path: folder.job(job)))
        }
        data.leave(.remove(path: folder.logs(of: JobID(job.number - Self.jobLogsKept))))
        if jobs.isEmpty { Processes.releaseUnusedMemory() }
    }
}
