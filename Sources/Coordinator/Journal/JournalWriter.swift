internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Logging
internal import Wire

/// Writes and syncs the journal on a thread of its own: what came while one sync was under way goes out with the next.
final class JournalWriter: Sendable {
    enum Report: Sendable {
        /// All changes up to this one would survive a power loss.
        case synced(upTo: Int)
        /// Nothing can be written now; it is tried again until it can.
        case stuck(reason: String)
        case flowing
    }

    private let pending: Locked<JournalBatch>
    private let wake: Inbox<Void>.Address
    private let thread: LoopThread

    /// - Parameters:
    ///   - end: The last segment and how much of it to keep; nil to begin another.
    ///   - last: The number of the last change that is there.
    ///   - segmentSize: Bytes after which a new segment is begun.
    ///   - snapshots: Makes them of the same folder.
    init(
        _ folder: JournalFolder, end: (path: String, length: Int)?, last: Int, segmentSize: Int,
        snapshots: SnapshotMaker? = nil, reports: Inbox<Report>.Address
    ) throws {
        let snapshots = snapshots ?? SnapshotMaker(folder)
        let pending = Locked(JournalBatch())
        self.pending = pending
        let address = Locked<Inbox<Void>.Address?>(nil)
        let started = try Descriptors.pipe()
        let problem = Locked<String?>(nil)
        thread = try LoopThread.start(name: "journal") {
            do {
                let service = try JournalService(folder, end: end, last: last, segmentSize, snapshots, reports) {
                    pending.withLock { pending in
                        defer { pending = JournalBatch() }
                        return pending
                    }
                }
                address.withLock { $0 = service.address }
                Descriptors.close(started.writeEnd)
                service.loop.run()
            } catch {
                problem.withLock { $0 = "\(error)" }
                Descriptors.close(started.writeEnd)
            }
        }
        _ = try Descriptors.read(started.readEnd)
        Descriptors.close(started.readEnd)
        guard let wake = address.withLock({ $0 }) else {
            throw JournalError(description: "the journal cannot be written: \(problem.withLock { $0 } ?? "")")
        }
        self.wake = wake
    }

    func append(_ entry: JournalEntry) {
        pending.withLock { $0.append(entry) }
        wake.post(())
    }

    /// Comes before the entry of the job's submission.
    func keep(_ files: [[UInt8]], of job: JobID) {
        pending.withLock { $0.files.append((job.number, files)) }
    }

    func drop(_ job: JobID) {
        pending.withLock { $0.dropped.append(job.number) }
        wake.post(())
    }

    /// Writes what is left, and waits for it.
    func close() {
        pending.withLock { $0.isEnding = true }
        wake.post(())
        thread.join()
    }
}

/// What runs on the journal's thread.
private final class JournalService {
    /// Milliseconds until a write that failed is tried again.
    private static let retryInterval: UInt64 = 500
    /// Milliseconds for which a change may linger: as long as a slow disk's sync, which it then spares the next one.
    private static let patience: UInt64 = 5

    let loop: Loop
    private let folder: JournalFolder
    private let segmentSize: Int
    private let snapshots: SnapshotMaker
    private let reports: Inbox<JournalWriter.Report>.Address
    private let take: () -> JournalBatch
    private var inbox: Inbox<Void>?
    private var timer: LoopTimer?
    private var file: SyncedFile
    /// The number of the last change that is written and synced.
    private var last: Int
    /// The number of the change after which the open segment began, or of a later one from which this process went on.
    private var start: Int
    /// Taken and not yet written.
    private var batch = JournalBatch()
    private var isStuck = false
    /// The timer is set for what may linger.
    private var isLingering = false

    init(
        _ folder: JournalFolder, end: (path: String, length: Int)?, last: Int, _ segmentSize: Int,
        _ snapshots: SnapshotMaker, _ reports: Inbox<JournalWriter.Report>.Address, take: @escaping () -> JournalBatch
    ) throws {
        self.folder = folder
        self.segmentSize = segmentSize
        self.snapshots = snapshots
        self.reports = reports
        self.take = take
        self.last = last
        start = last
        loop = try Loop()
        if let end, end.length >= JournalFormat.headerLength {
            file = try SyncedFile(end.path, keeping: end.length)
        } else {
            file = try Self.begin(folder, last + 1)
        }
        // A process before this one may have been killed before it had made the last one, and time has gone by.
        if let open = try folder.segments().last,
            try folder.snapshots().last?.sequence ?? 0 < open.sequence - 1 || snapshots.mayRemove
        {
            snapshots.make(before: open.sequence)
        }
        inbox = try Inbox<Void>(on: loop) { [unowned self] in work() }
        timer = try LoopTimer(on: loop) { [unowned self] in work(isDue: true) }
    }

    var address: Inbox<Void>.Address? { inbox?.address }

    /// On a full disk there is none afterwards: an empty one between others would be taken for damage.
    private static func begin(_ folder: JournalFolder, _ sequence: Int) throws(FileSystemError) -> SyncedFile {
        let path = folder.segment(sequence)
        do throws(FileSystemError) {
            let file = try SyncedFile(path, keeping: 0)
            let header = JournalFormat.header(firstSequence: sequence)
            try file.append(header.span)
            try SyncedFile.syncFolder(folder.path)
            return file
        } catch {
            try? LocalFileSystem.remove(path)
            throw error
        }
    }

    /// Several wakes may find nothing: the first took it all.
    private func work(isDue: Bool = false) {
        if isDue { isLingering = false }
        while true {
            batch.add(take())
            guard !batch.isEmpty else { return batch.isEnding ? stop() : () }
            if batch.mayLinger, !isDue { return linger() }
            do {
                try writeBatch()
                unstick()
                if batch.isEnding { return stop() }
            } catch {
                return stick("\(error)", isEnding: batch.isEnding)
            }
        }
    }

    /// What is done is taken out of the batch, and not done again when the rest fails.
    private func writeBatch() throws {
        while let (job, contents) = batch.files.first {
            try keep(contents, job)
            batch.files.removeFirst()
        }
        while let frame = batch.frames.first {
            try write(frame)
            batch.frames.removeFirst()
        }
        while let job = batch.dropped.first {
            try LocalFileSystem.remove(folder.jobFiles(job))
            batch.dropped.removeFirst()
        }
    }

    private func write(_ frame: JournalBatch.Frame) throws {
        // One that holds no change, but events alone, would have the name of the next.
        if file.length >= segmentSize, last > start {
            file = try Self.begin(folder, last + 1)
            start = last
            snapshots.make(before: last + 1)
        }
        let bytes = JournalFormat.frameHead(frame.entries.span) + frame.entries
        try file.append(bytes.span)
        last = frame.last
        reports.post(.synced(upTo: last))
    }

    private func keep(_ contents: [[UInt8]], _ job: Int) throws {
        let path = folder.jobFiles(job)
        try LocalFileSystem.remove(path)
        try SyncedFile.makeFolder(path)
        for (index, bytes) in contents.enumerated() {
            let file = try SyncedFile("\(path)/\(index)", keeping: 0)
            try file.append(bytes.span)
        }
        try SyncedFile.syncFolder(path)
    }

    private func linger() {
        guard !isLingering, !isStuck else { return }
        isLingering = true
        // There may have been a sync just before.
        loop.updateNow()
        timer?.set(milliseconds: Self.patience)
    }

    private func stick(_ reason: String, isEnding: Bool) {
        if !isStuck { reports.post(.stuck(reason: reason)) }
        isStuck = true
        // Nobody waits any more: what was acknowledged is on the disk.
        if isEnding { return stop() }
        timer?.set(milliseconds: Self.retryInterval)
    }

    private func unstick() {
        if isStuck { reports.post(.flowing) }
        isStuck = false
    }

    private func stop() {
        snapshots.close()
        inbox?.close()
        inbox = nil
        timer?.close()
    }
}
