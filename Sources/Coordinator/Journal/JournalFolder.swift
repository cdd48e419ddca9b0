internal import ClusterModel
internal import FileSystems
internal import Glibc

/// Where a coordinator keeps what must survive it.
struct JournalFolder: Sendable {
    let path: String

    /// A segment is named by its first change, so that names sort as the changes do.
    func segment(_ firstSequence: Int) -> String { "\(path)/\(Self.padded(firstSequence)).journal" }
    func jobFiles(_ job: Int) -> String { "\(path)/files/job-\(job)" }
    var lock: String { "\(path)/coordinator.lock" }

    /// Named by its last change.
    func snapshotPath(_ sequence: Int) -> String { "\(path)/\(Self.padded(sequence)).snapshot" }

    /// The snapshot before the first change that is kept; named by its last change.
    func basePath(_ sequence: Int) -> String { "\(path)/\(Self.padded(sequence)).base" }

    /// A file that is named by one of its changes.
    struct Piece: Hashable, Sendable {
        let sequence: Int
        let path: String
    }

    /// The segments by their first changes, oldest first.
    func segments() throws(FileSystemError) -> [Piece] { try pieces(".journal") }

    /// The snapshots by their last changes, oldest first.
    func snapshots() throws(FileSystemError) -> [Piece] { try pieces(".snapshot") }

    /// What histories begin with that have lost their beginning, oldest first: only the last one counts.
    func bases() throws(FileSystemError) -> [Piece] { try pieces(".base") }

    /// What the history begins with; nil when all of it is kept.
    var base: Piece? { get throws(FileSystemError) { try bases().last } }

    /// What a snapshot is called until it is whole and synced.
    func unfinished(_ snapshot: String) -> String { snapshot + Self.unfinishedSuffix }

    /// Snapshots and bases that were begun by a process that is gone.
    func unfinishedSnapshots() throws(FileSystemError) -> [String] {
        try LocalFileSystem.list(path).filter { $0.hasSuffix(Self.unfinishedSuffix) }.map { "\(path)/\($0)" }
    }

    private static let unfinishedSuffix = ".unfinished"

    private func pieces(_ suffix: String) throws(FileSystemError) -> [Piece] {
        guard try LocalFileSystem.exists(path) else { return [] }
        let pieces = try LocalFileSystem.list(path).filter { $0.hasSuffix(suffix) }.compactMap { name in
            Int(name.dropLast(suffix.count)).map { Piece(sequence: $0, path: "\(path)/\(name)") }
        }
        return pieces.sorted { $0.sequence < $1.sequence }
    }

    /// Takes the folder for this process as long as it lives.
    ///
    /// - Returns: A descriptor that holds the lock.
    /// - Throws: ``JournalError``, naming the process that has it.
    func take() throws -> CInt {
        try SyncedFile.makeFolder(path)
        let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JournalError(description: "cannot open \(lock): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            let holder = String(decoding: (try? FileReader.readAll(lock, limit: 100)) ?? [], as: UTF8.self)
            throw JournalError(
                description: "\(path) is the folder of the coordinator with pid \(holder): end that one first, or give "
                    + "this one another folder with --data")
        }
        let own = "\(getpid())"
        guard ftruncate(descriptor, 0) == 0,
            own.utf8CString.withUnsafeBytes({ pwrite(descriptor, $0.baseAddress!, own.utf8.count, 0) }) > 0
        else {
            throw JournalError(description: "cannot write \(lock): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    /// The files of the jobs, as far as they brought any.
    func jobFiles(of jobs: [JobID]) throws -> JobFiles {
        var all = JobFiles()
        for job in jobs {
            let path = jobFiles(job.number)
            guard try LocalFileSystem.exists(path) else { continue }
            let count = try LocalFileSystem.list(path).count
            let contents = try (0..<count).map { try FileReader.readAll("\(path)/\($0)", limit: SideFile.byteLimit) }
            all.restore(contents, of: job)
        }
        return all
    }

    /// What a coordinator that was killed had not yet removed, or had kept for a job that nobody was told of.
    func removeJobFiles(except jobs: [JobID]) throws(FileSystemError) {
        let folder = "\(path)/files"
        guard try LocalFileSystem.exists(folder) else { return }
        let kept = Set(jobs.map { jobFiles($0.number) })
        for name in try LocalFileSystem.list(folder) where !kept.contains("\(folder)/\(name)") {
            try LocalFileSystem.remove("\(folder)/\(name)")
        }
    }

    private static func padded(_ number: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, 16 - digits.count)) + digits
    }
}
