import ClusterModel
import EventLoop
import FileSystems
import Foundation
import Testing
import Transport
import Wire

@testable import Worker

/// A reducer that fetches the outputs of some maps, on one loop with the worker that has them, which is played: it gives the
/// answers that it is told to, one for each request.
final class PlayedShuffle {
    /// What the worker says to a request.
    struct Answer {
        var reply: FetchReply
        var frames: [[UInt8]] = []
        var thenCloses = false

        /// As a worker in order gives it.
        static func segment(_ bytes: [UInt8]) -> Answer {
            var sum = Checksum()
            sum.add(bytes.span)
            return Answer(
                reply: FetchReply(byteCount: bytes.count, checksum: sum.value), frames: bytes.isEmpty ? [] : [bytes])
        }
    }

    let loop: Loop
    let folder: WorkerFolder
    private let outbox: Outbox
    private let children: ChildReaper
    private var listener: TCPListener?
    private var server: Connection?
    private var answers: [Answer]
    private(set) var reports: [ContainerMessage] = []
    private(set) var context: AttemptContext!
    private(set) var segments: [[UInt8]] = []
    /// Those of them that were in memory.
    private(set) var inMemory: [Int] = []
    private var shuffle: ShuffleClient!

    static let job = JobID(1)
    static func map(_ index: Int, number: Int = 0) -> AttemptID {
        AttemptID(task: TaskID(job: job, kind: .map, index: index), epoch: 1, number: number)
    }

    init(_ answers: [Answer], _ program: StreamingProgram = StreamingProgram()) throws {
        loop = try Loop()
        outbox = try Outbox(on: loop)
        children = try ChildReaper(on: loop)
        self.answers = answers
        folder = WorkerFolder(
            path: FileManager.default.temporaryDirectory.path + "/martlet-shuffle-\(UUID().uuidString)")
        for path in [folder.job(Self.job), folder.logs(of: Self.job)] { try LocalFileSystem.makeFolder(path) }
        var job = ContainerJob()
        job.folder = folder.path
        job.program.program = program
        let reduce = AttemptID(task: TaskID(job: Self.job, kind: .reduce, index: 0), epoch: 1, number: 0)
        context = AttemptContext(
            task: ContainerTask(reduce, .reduce(partition: 0, mapCount: 1), of: PreparedJob(job)), loop: loop,
            outbox: outbox, children: children, report: { [unowned self] in reports.append($0) })
        listener = try TCPListener(on: loop, address: SocketAddress(host: "127.0.0.1", port: 0)) {
            [unowned self] result in
            if case .success(let stream) = result { serve(stream) }
        }
    }

    deinit { try? LocalFileSystem.remove(folder.path) }

    /// Runs until everything is fetched, or something cannot be kept.
    ///
    /// - Parameter again: What is told of when all is fetched.
    func run(maps: Int = 1, thenMade again: [AttemptID] = []) throws {
        let address = try #require(listener).address
        shuffle = try ShuffleClient(context, partition: 0, mapCount: maps)
        shuffle.onDone = { [unowned self] sources in
            shuffle.locate(again.map { MapOutputLocation(attempt: $0, address: "\(address)") })
            do {
                inMemory = sources.indices.filter { if case .memory = sources[$0].place { true } else { false } }
                segments = try sources.map { try Self.content($0) }
            } catch {
                Issue.record(error)
            }
            close()
        }
        shuffle.start()
        shuffle.locate((0..<maps).map { MapOutputLocation(attempt: Self.map($0), address: "\(address)") })
        loop.run()
        #expect(loop.openHandles == 0)
        #expect(answers.isEmpty)
    }

    func counter(_ name: String, group: String = Counters.taskGroup) -> Int { context.counters[group, name] }

    private static func content(_ segment: Segment) throws -> [UInt8] {
        var (source, bytes) = (segment, [UInt8]())
        while try source.read(into: &bytes, limit: 1000) > 0 {}
        return bytes
    }

    private func serve(_ stream: TCPStream) {
        let server = Connection.accept(stream, outbox, secret: []) {}
        server.onFrame = { [unowned self] _ in
            guard !answers.isEmpty else {
                Issue.record("more was asked for than expected")
                return
            }
            let answer = answers.removeFirst()
            self.server?.send(answer.reply)
            for frame in answer.frames { self.server?.send(frame: frame) }
            if answer.thenCloses { self.server?.close() }
        }
        self.server = server
    }

    private func close() {
        server?.close()
        listener?.close()
        children.close()
        outbox.close()
    }
}
