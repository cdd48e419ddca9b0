internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Transport
internal import Wire

/// One connection to one node, over which map outputs are fetched one after another into a file of the link's.
final class FetchLink {
    /// Milliseconds in which something of what was asked for must come (Hadoop's `mapreduce.reduce.shuffle.read.timeout`, there
    /// 180 s).
    private static let silenceLimit: UInt64 = 10_000

    private let address: String
    private let path: String
    private let context: AttemptContext
    private let onSegment: (Range<Int>, AttemptID) -> Void
    private let onProblem: (AttemptID, String) -> Void
    private let onDiskProblem: (FileSystemError) -> Void
    private var file: FileWriter?
    private var connection: Connection?
    private var isReady = false
    private var direction: CutDirection?
    /// Wanted and not complete, in the order asked; the first few of them are on their way.
    private var wanted: [FetchRequest] = []
    private var sent = 0
    /// On the loop's clock, when a request was last sent.
    private var lastAsked: UInt64 = 0
    /// Where the segment under way begins, and bytes that it still lacks.
    private var segment: (start: Int, left: Int)?

    /// - Parameters:
    ///   - onSegment: Given a segment's place in the link's file.
    ///   - onProblem: A map's output could not be fetched.
    ///   - onDiskProblem: What was fetched could not be kept, which is no fault of the maps'. Close the link.
    init(
        _ address: String, path: String, _ context: AttemptContext,
        onSegment: @escaping (Range<Int>, AttemptID) -> Void, onProblem: @escaping (AttemptID, String) -> Void,
        onDiskProblem: @escaping (FileSystemError) -> Void
    ) {
        self.address = address
        self.path = path
        self.context = context
        self.onSegment = onSegment
        self.onProblem = onProblem
        self.onDiskProblem = onDiskProblem
    }

    func request(_ request: FetchRequest) {
        wanted.append(request)
        if connection == nil { connect() } else { sendMore() }
    }

    func cut(_ direction: CutDirection?) {
        self.direction = direction
        connection?.cut(direction)
    }

    func close() {
        connection?.close()
        connection = nil
        wanted = []
    }

    /// The link's file, complete, with all segments that it has given.
    func finish() throws(FileSystemError) -> FileReader? {
        guard let file else { return nil }
        try file.close()
        self.file = nil
        return try FileReader(path)
    }

    private func connect() {
        guard let target = SocketAddress(address) else { return lose("'\(address)' is no address") }
        do {
            let connection = try Connection.connect(
                to: try target.resolve(), as: .fetcher, context.outbox, secret: context.task.secret
            ) { [unowned self] in
                isReady = true
                sendMore()
            }
            connection.onEnd = { [unowned self] end in lose(end.description) }
            connection.onFrame = { [unowned self] frame in hear(frame) }
            self.connection = connection
            cut(direction)
        } catch {
            lose("\(error)")
        }
    }

    private func sendMore() {
        guard isReady else { return }
        while sent < min(wanted.count, FetchRequest.pipelineLimit) {
            connection?.send(wanted[sent])
            sent += 1
            lastAsked = context.loop.now
        }
    }

    func giveUpIfSilent() {
        guard sent > 0, let connection else { return }
        guard context.loop.now - max(lastAsked, connection.lastHeard) >= Self.silenceLimit else { return }
        connection.close()
        lose("nothing came for \(Self.silenceLimit / 1000) s")
    }

    private func lose(_ reason: String) {
        let lost = wanted
        (connection, isReady, wanted, sent, segment) = (nil, false, [], 0, nil)
        for request in lost { onProblem(request.map, reason) }
    }

    private func hear(_ frame: Span<UInt8>) {
        guard sent > 0 else { return }
        do {
            if let segment { try take(frame, segment.start, segment.left) } else { try begin(frame) }
        } catch let error as FileSystemError {
            onDiskProblem(error)
        } catch {
            connection?.close()
            lose("\(error)")
        }
    }

    private func begin(_ frame: Span<UInt8>) throws {
        let reply = try FetchReply(decoding: frame)
        if !reply.problem.isEmpty { return onProblem(endRequest(), reply.problem) }
        guard reply.byteCount >= 0 else { throw WireError.malformed }
        if file == nil { _ = try context.makeFolder() }
        let file = try file ?? FileWriter(path, allowance: context.allowance)
        self.file = file
        if reply.byteCount == 0 { return onSegment(file.byteCount..<file.byteCount, endRequest()) }
        segment = (file.byteCount, reply.byteCount)
    }

    private func take(_ frame: Span<UInt8>, _ start: Int, _ left: Int) throws {
        guard let file, frame.count <= left else { throw WireError.malformed }
        try file.write(frame)
        context.noteProgress()
        segment = (start, left - frame.count)
        guard left == frame.count else { return }
        segment = nil
        onSegment(start..<file.byteCount, endRequest())
    }

    private func endRequest() -> AttemptID {
        sent -= 1
        let request = wanted.removeFirst()
        sendMore()
        return request.map
    }
}
