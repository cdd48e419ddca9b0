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
    /// Bytes of each of its files that have come; -1 before the first piece.
    var fileCounts: [Int]
    /// Unpacks its archives, or has.
    var unpacker: LoopThread?

    init(program: JobProgram) {
        self.program = program
        fileCounts = Array(repeating: -1, count: program.program.files.count)
    }

    /// Notes bytes of a file.
    ///
    /// - Returns: Whether the file is there with them.
    mutating func note(_ count: Int, of index: Int) -> Bool {
        fileCounts[index] = max(0, fileCounts[index]) + count
        return fileCounts[index] == program.program.files[index].byteCount
    }

    /// All its files are there.
    var isWhole: Bool { zip(fileCounts, program.program.files).allSatisfy { $0 == $1.byteCount } }
}

extension Worker {
    /// Told again after a broken connection, it keeps what it knows and takes the files once more.
    func prepare(_ program: JobProgram) {
        var job = WorkerJob(program: program)
        job.locations = jobs[program.job]?.locations ?? [:]
        job.unpacker = jobs[program.job]?.unpacker
        jobs[program.job] = job
        attemptDisk(for: program.job) { () throws(FileSystemError) in
            try LocalFileSystem.makeFolder(folder.job(program.job))
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
            let path = file.isArchive ? folder.archive(index, of: job) : "\(folder.files(of: job))/\(file.name)"
            let incomplete = folder.incompleteFile(index, of: job)
            let isFirst = jobs[job]?.fileCounts[index] == -1
            if isFirst { try LocalFileSystem.makeFolder(folder.files(of: job)) }
            let writer = try FileWriter(incomplete, isExecutable: file.isExecutable, appends: !isFirst)
            try writer.write(bytes.span)
            try writer.close()
            // A running program keeps the file that it has open.
            if jobs[job]?.note(bytes.count, of: index) == true { try LocalFileSystem.rename(incomplete, to: path) }
        }
        unpackArchives(of: job)
    }

    /// When all are there, and only once.
    private func unpackArchives(of id: JobID) {
        guard let job = jobs[id], job.isWhole, job.unpacker == nil else { return }
        let archives = job.program.program.files.enumerated().filter(\.element.isArchive)
        guard !archives.isEmpty, job.problem.isEmpty else { return }
        trashCount += 1
        do {
            let unpacking = ArchiveUnpacking(
                job: id, folder: folder, archives: archives.map { ($0.offset, $0.element.name) },
                draft: folder.unpacking(trashCount, of: id))
            jobs[id]?.unpacker = try unpacking.start()
        } catch {
            log.error("\(id): \(error)")
            jobs[id]?.problem = "the node could not unpack the job's archives: \(error)"
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
        for attempt in arrived where attempt.task.job == job { assignments[attempt] = nil }
        arrived.removeAll { $0.task.job == job }
        let unpacker = jobs.removeValue(forKey: job)?.unpacker
        perform(pool.forget(job))
        do throws(FileSystemError) {
            trashCount += 1
            let aside = try folder.putAside(folder.job(job), trashCount)
            // It finds its files gone, and ends.
            if let unpacker { data.leave(.join(unpacker)) }
            if let aside { data.leave(.remove(path: aside)) }
        } catch {
            log.warning("\(job): \(error)")
            data.leave(.remove(path: folder.job(job)))
        }
        data.leave(.remove(path: folder.logs(of: JobID(job.number - Self.jobLogsKept))))
        if jobs.isEmpty { Processes.releaseUnusedMemory() }
    }
}
