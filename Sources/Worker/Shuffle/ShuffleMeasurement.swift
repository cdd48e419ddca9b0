internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Transport
internal import Wire

/// How fast one reducer fetches from one worker's data loop, on a thread each and over one connection: for benches.
package struct ShuffleMeasurement: Sendable {
    private static let reduce = AttemptID(task: TaskID(job: JobID(1), kind: .reduce, index: 0), epoch: 1, number: 0)
    /// Small enough for memory to be used again for the next run: what is measured is not how fast it is had anew.
    private static let segmentSize = 16 << 20
    private static let maps = (0..<4).map {
        AttemptID(task: TaskID(job: JobID(1), kind: .map, index: $0), epoch: 1, number: 0)
    }
    /// Fetched by each run.
    package static let byteCount = maps.count * segmentSize

    private let source: WorkerFolder
    private let target: WorkerFolder

    /// - Parameter folder: Where there is room for twice ``byteCount``.
    package init(folder: String) throws {
        source = WorkerFolder(path: "\(folder)/source")
        target = WorkerFolder(path: "\(folder)/target")
        try LocalFileSystem.makeFolder(source.job(Self.reduce.task.job))
        let segment = (0..<Self.segmentSize).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 8) }
        for map in Self.maps {
            var file = try MapOutputWriter(source.mapOutput(map), WriteAllowance(limit: nil, remedy: ""))
            try file.write(segment.span)
            file.endPartition()
            _ = try file.close()
        }
    }

    /// - Parameter memory: Bytes that may stay in memory.
    /// - Returns: Seconds from the first request to the last byte, looked at and put away.
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
        let shuffle = try ShuffleClient(context, partition: 0, mapCount: Self.maps.count)
        var seconds: Double?
        let start = ContinuousClock.now
        shuffle.onDone = { _ in
            seconds = (ContinuousClock.now - start) / .seconds(1)
            answers.close()
            children.close()
            outbox.close()
        }
        shuffle.locate(Self.maps.map { MapOutputLocation(attempt: $0, address: "\(data.address)") })
        loop.run()
        data.stop()
        try LocalFileSystem.remove(target.path)
        guard let seconds, shuffle.byteCount == Self.byteCount else { throw FileSystemError(.invalid, problem) }
        return seconds
    }

    private func task(_ memory: Int) -> ContainerTask {
        var job = ContainerJob()
        job.folder = target.path
        job.program.program.shuffleMemory = memory
        return ContainerTask(
            Self.reduce,
            .reduce(partition: 0, mapCount: Self.maps.count), of: PreparedJob(job))
    }
}
