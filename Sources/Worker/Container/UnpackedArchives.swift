internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Wire

/// Lets an attempt wait until its node has unpacked the job's archives. They appear in the folder of the job's files, which
/// tells nobody, so it is looked at now and then.
final class UnpackedArchives {
    /// Milliseconds.
    private static let interval: UInt64 = 10
    private static let problemLimit = 64 << 10

    private let context: AttemptContext
    private var missing: [String]
    private let problem: String
    private let body: () throws -> Void
    private var timer: LoopTimer?

    /// - Parameter body: Called at once when there is nothing to wait for.
    init(_ context: AttemptContext, then body: @escaping () throws -> Void) throws {
        self.context = context
        self.body = body
        let filesFolder = context.task.filesFolder
        problem = ArchiveUnpacking.problem(besides: filesFolder)
        let runsPrograms = [.map, .reduce].contains(context.task.attempt.task.kind)
        let archives = runsPrograms ? context.task.job.program.files.filter(\.isArchive) : []
        missing = archives.map { "\(filesFolder)/\($0.name)" }
        if try isComplete() {
            try body()
        } else {
            timer = try LoopTimer(on: context.loop) { [unowned self] in look() }
            timer?.set(milliseconds: Self.interval)
        }
    }

    deinit { timer?.close() }

    private func look() {
        do {
            guard try !isComplete() else {
                timer?.close()
                timer = nil
                return try body()
            }
            if try LocalFileSystem.exists(problem) {
                let text = try FileReader.readAll(problem, limit: Self.problemLimit)
                return context.fail(String(decoding: text, as: UTF8.self))
            }
            timer?.set(milliseconds: Self.interval)
        } catch {
            context.fail("\(error)")
        }
    }

    private func isComplete() throws(FileSystemError) -> Bool {
        while let last = missing.last, try LocalFileSystem.exists(last) { missing.removeLast() }
        return missing.isEmpty
    }
}
