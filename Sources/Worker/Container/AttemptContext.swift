internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import MapReduce
internal import Transport
internal import Wire

/// What every attempt has: its task, its counters, its log, and its one chance to say how it ended.
final class AttemptContext {
    let task: ContainerTask
    let loop: Loop
    let outbox: Outbox
    let children: ChildReaper
    /// Short attempts write none, and need not know where it would be.
    private(set) lazy var log = AttemptLog(task.logPath)
    let limits: AttemptLimits
    /// For all that the attempt writes but its log, which has bounds of its own.
    let allowance: WriteAllowance
    var counters = Counters()
    let phases = PhaseClock()
    /// Thousandths of the work.
    var fraction = 0
    private var hasProgressed = false
    private(set) var hasEnded = false
    private var hasFolder = false
    private var hasLog = false
    /// Something of them may still be running.
    var hasRunPrograms = false
    private let report: (ContainerMessage) -> Void
    private var standardError = StandardErrorReader()
    /// The first; nothing is written to the log after it.
    private var logProblem: FileSystemError?

    init(
        task: ContainerTask, loop: Loop, outbox: Outbox, children: ChildReaper,
        report: @escaping (ContainerMessage) -> Void
    ) {
        self.task = task
        self.loop = loop
        self.outbox = outbox
        self.children = children
        self.report = report
        limits = AttemptLimits(task.job.program)
        allowance = WriteAllowance(limit: limits.writtenBytes, remedy: AttemptLimits.writeRemedy)
    }

    func count(_ name: String, _ amount: Int = 1) { counters.add(amount, group: Counters.taskGroup, name: name) }

    /// Something was read, written or said: the attempt is alive.
    func noteProgress() { hasProgressed = true }

    func takeProgress() -> ContainerMessage {
        defer { hasProgressed = false }
        return .progress(fraction: fraction, hasProgressed: hasProgressed)
    }

    func reportShuffleFinished() { report(.shuffleFinished) }

    func reportFetchFailure(_ map: AttemptID) { report(.fetchFailed(map)) }

    // MARK: - The end

    func succeed() {
        guard !hasEnded else { return }
        do throws(FileSystemError) {
            finishStandardError()
            try closeLog()
            hasEnded = true
            phases.count(into: &counters)
            report(.succeeded(counters, hasFolder: hasFolder))
        } catch {
            fail("its log could not be kept: \(error)")
        }
    }

    func fail(_ reason: String, exitStatus: Int? = nil) {
        guard !hasEnded else { return }
        hasEnded = true
        let isAboutLog = logProblem != nil
        finishStandardError()
        var failure = AttemptFailure(reason: reason)
        failure.exitStatus = exitStatus
        do throws(FileSystemError) {
            try closeLog()
        } catch {
            if !isAboutLog { failure.reason += "; and its log could not be kept: \(error)" }
        }
        failure.standardError = log.lastLines
        phases.count(into: &failure.phases)
        report(.failed(failure))
    }

    private func closeLog() throws(FileSystemError) {
        if let logProblem { throw logProblem }
        guard hasLog else { return }
        do throws(FileSystemError) {
            try log.close()
        } catch {
            logProblem = error
            throw error
        }
    }

    /// What the exit status of a program of its, 128 and more for a signal, comes from; nil when that is not known.
    func explain(exitStatus: Int) -> String? {
        limits.explanation(ofExitStatus: exitStatus)
            ?? FullDisk.explanation(
                folder: task.folder, freeBytes: LocalFileSystem.freeBytes(task.folder), standardError: log.lastLines)
    }

    // MARK: - What its programs say

    func takeStandardError(_ bytes: Span<UInt8>) {
        noteProgress()
        standardError.take(bytes, onReport: { heed($0) }, onLog: { write($0) })
        // Not before: failing, it takes what is left of the standard error.
        if let logProblem { fail("its log could not be kept: \(logProblem)") }
    }

    private func finishStandardError() {
        standardError.finish(onReport: { heed($0) }, onLog: { write($0) })
    }

    private func heed(_ report: StandardErrorReader.Report) {
        switch report {
        case .counter(let group, let name, let amount): counters.add(amount, group: group, name: name)
        case .status(let text): self.report(.status(String(text.prefix(ControlPlane.AttemptProgress.statusLimit))))
        }
    }

    private func write(_ bytes: [UInt8]) {
        guard logProblem == nil else { return }
        do throws(FileSystemError) {
            hasLog = true
            try log.append(bytes)
        } catch {
            logProblem = error
        }
    }

    // MARK: - What its programs are given

    func environment(_ more: [(name: String, value: String)]) -> [String] {
        let id = task.attempt
        let known: [(name: String, value: String)] = [
            ("mapreduce.job.id", "\(id.task.job)"), ("mapreduce.task.id", "\(id.task)"),
            ("mapreduce.task.attempt.id", "\(id)"), ("mapreduce.task.partition", "\(id.task.index)"),
            ("mapreduce.task.ismap", id.task.kind == .map ? "true" : "false"),
            ("mapreduce.job.local.dir", task.folder),
        ]
        return TaskEnvironment.complete(
            node: Processes.environment, job: task.job.program.environment, attempt: known + more,
            temporaryFolder: task.folder)
    }

    /// The attempt's folder, made at its first use: tasks that need none are too short for it.
    func makeFolder() throws(FileSystemError) -> String {
        if !hasFolder { try LocalFileSystem.makeFolder(task.folder) }
        hasFolder = true
        return task.folder
    }

    /// Makes the job's files appear in the attempt's folder.
    func linkFiles() throws(FileSystemError) {
        if task.job.program.files.isEmpty { return }
        let folder = try makeFolder()
        for file in task.job.program.files {
            try LocalFileSystem.link("\(folder)/\(file.name)", to: "\(task.filesFolder)/\(file.name)")
        }
    }
}
