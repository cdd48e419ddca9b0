internal import ClusterModel
internal import EventLoop
internal import FileSystems

/// Unpacks a job's archives once on a node, on a thread of its own. Containers see that it is done by the folders, or by the
/// note of what went wrong: whatever is there is whole, since it came by a rename.
struct ArchiveUnpacking: Sendable {
    let job: JobID
    let folder: WorkerFolder
    /// Each with its place among the job's files.
    let archives: [(index: Int, name: String)]
    /// For what is not whole. When the job is forgotten it is put aside with all the job has, and everything here fails.
    let draft: String

    /// Where a problem is noted, from the folder of the job's files.
    static func problem(besides filesFolder: String) -> String { filesFolder + ".problem" }

    func start() throws -> LoopThread {
        try LocalFileSystem.makeFolder(draft)
        return try LoopThread.start(name: "unpack") { run() }
    }

    func run() {
        let allowance = WriteAllowance(
            limit: Archive.byteLimit, remedy: "put what is large where every node can read it")
        do {
            for archive in archives { try unpack(archive.index, archive.name, allowance) }
        } catch {
            note("\(error)")
        }
    }

    private func unpack(_ index: Int, _ name: String, _ allowance: WriteAllowance) throws {
        let packed = folder.archive(index, of: job)
        let unpacked = "\(draft)/\(index)"
        try Archive.unpack(packed, into: unpacked, name: name, allowance: allowance)
        try LocalFileSystem.rename(unpacked, to: "\(folder.files(of: job))/\(name)")
        try LocalFileSystem.remove(packed)
    }

    /// Where even that fails, the disk is full or the job forgotten: the attempts' timeout is left.
    private func note(_ text: String) {
        let bytes = Array(text.utf8)
        let path = "\(draft)/problem"
        guard let file = try? FileWriter(path), (try? file.write(bytes.span)) != nil, (try? file.close()) != nil else {
            return
        }
        try? LocalFileSystem.rename(path, to: Self.problem(besides: folder.files(of: job)))
    }
}
