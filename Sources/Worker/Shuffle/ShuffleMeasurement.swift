internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Transport
internal import Wire

/// How fast one reducer fetches from one worker's data loop, on a thread each and over one connection: for benches.
package final class ShuffleMeasurement {
    private static let map = AttemptID(task: TaskID(job: JobID(1), kind: .map, index: 0), epoch: 1, number: 0)
    private static let reduce = AttemptID(task: TaskID(job: JobID(1), kind: .reduce, index: 0), epoch: 1, number: 0)

    private let byteCount: Int
    private let source: WorkerFolder
    private let target: WorkerFolder

    /// - Parameters:
    ///   - folder: Where there is room for the segment, or for two if they are to go to disk.
    ///   - byteCount: Of the segment.
    package init(folder: String, byteCount: Int) throws {
        self.byteCount = byteCount
        source = WorkerFolder(path: "\(folder)/source")
        target = WorkerFolder(path: "\(folder)/target")
        try LocalFileSystem.makeFolder(source.job(Self.map.task.job))
        var file = try MapOutputWriter(source.mapOutput(Self.map), WriteAllowance(limit: nil, remedy: ""))
        let piece = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 8) }
        for _ in 0..<byteCount / piece.count { try file.write(piece.span) }
        file.endPartition()
        _ = try file.close()
    }

    /// Fetches the segment once.
    ///
    /// - Parameter memory: Bytes of it that may stay in memory: all or none.
    /// - Returns: Seconds from the request to the last byte, looked at and put away.
    package func run(memory: Int) throws -> Double {
        let loop = try Loop()
        let outbox = try Outbox(on: loop)
        let children = try ChildReaper(on: loop)
        let answers = try Inbox<WorkerMessage>(on: loop) { _ in }
        let data = try DataLoop(
            listen: SocketAddress(host: "127.0.0.1", port: 0), secret: [], folder: source, answers: answers.address)
        var problem = "it has not ended"
        let context = AttemptContext(
            task: task(memory), loop: loop, outbox: outbox, children: children,
            report: { if case .failed(let failure) = $0 { problem = failure.reason } })
        let shuffle = try ShuffleClient(context, partition: 0, mapCount: 1)
        var seconds: Double?
        let start = ContinuousClock.now
        shuffle.onDone = { _ in
            seconds = (ContinuousClock.now - start) / .seconds(1)
            answers.close()
            children.close()
            outbox.close()
        }
        shuffle.locate([MapOutputLocation(attempt: Self.map, address: "\(data.address)")])
        loop.run()
        data.stop()
        try LocalFileSystem.remove(target.path)
        guard let seconds, shuffle.byteCount == byteCount else { throw FileSystemError(.invalid, problem) }
        return seconds
    }

    private func task(_ memory: Int) -> ContainerTask {
        var job = ContainerJob()
        job.folder = target.path
        job.program.program.shuffleMemory = memory
        return ContainerTask(Self.reduce, .reduce(partition: 0, mapCount: 1), of: PreparedJob(job))
    }
}
