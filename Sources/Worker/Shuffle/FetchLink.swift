internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Records
internal import Transport
internal import Wire

/// Why a map's output could not be fetched.
struct FetchProblem: Error {
    /// By their names in Hadoop's group of counters "Shuffle Errors".
    enum Kind: String {
        case inputOutput = "IO_ERROR"
        case wrongLength = "WRONG_LENGTH"
    }

    let kind: Kind
    let reason: String
}

/// One connection to one node, over which map outputs are fetched one after another, into memory or a file of the link's.
final class FetchLink {
    /// Milliseconds in which something of what was asked for must come (Hadoop's `mapreduce.reduce.shuffle.read.timeout`, there
    /// 180 s).
    private static let silenceLimit: UInt64 = 10_000

    private let address: String
    private let path: String
    private let memory: ShuffleMemory
    private let context: AttemptContext
    private let onSegment: (IncomingSegment.Place, AttemptID) -> Void
    private let onProblem: (AttemptID, FetchProblem) -> Void
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
    private var segment: IncomingSegment?
    /// What has come of a reply.
    private var reply: [UInt8] = []

    /// - Parameters:
    ///   - memory: Of all links together; what has no room there goes into a file of the link's.
    ///   - onProblem: A map's output could not be fetched.
    ///   - onDiskProblem: What was fetched could not be kept, which is no fault of the maps'. Close the link.
    init(
        _ address: String, path: String, _ memory: ShuffleMemory, _ context: AttemptContext,
        onSegment: @escaping (IncomingSegment.Place, AttemptID) -> Void,
        onProblem: @escaping (AttemptID, FetchProblem) -> Void,
        onDiskProblem: @escaping (FileSystemError) -> Void
    ) {
        self.address = address
        self.path = path
        self.memory = memory
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

    /// The link's file, complete, with all segments that it has given and that are not in memory.
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
            connection.onPiece = { [unowned self] piece, left in hear(piece, left) }
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

    private func lose(_ reason: String) { lose(FetchProblem(kind: .inputOutput, reason: reason)) }

    private func lose(_ problem: FetchProblem) {
        let lost = wanted
        segment?.drop()
        (connection, isReady, wanted, sent, segment, reply) = (nil, false, [], 0, nil, [])
        for request in lost { onProblem(request.map, problem) }
    }

    /// A segment's bytes go where they belong as they come; a reply is gathered.
    private func hear(_ piece: Span<UInt8>, _ left: Int) {
        guard sent > 0 else { return }
        do {
            if let segment { return try take(piece, left, of: segment) }
            reply.append(piece)
            guard left == 0 else { return }
            let whole = reply
            reply.removeAll(keepingCapacity: true)
            try begin(whole.span)
        } catch let error as FileSystemError {
            onDiskProblem(error)
        } catch {
            connection?.close()
            lose(error as? FetchProblem ?? FetchProblem(kind: .inputOutput, reason: "\(error)"))
        }
    }

    private func begin(_ frame: Span<UInt8>) throws {
        let reply = try FetchReply(decoding: frame)
        if !reply.problem.isEmpty {
            return onProblem(endRequest(), FetchProblem(kind: .inputOutput, reason: reply.problem))
        }
        guard reply.byteCount >= 0 else { throw wrongLength(0, of: reply) }
        let segment = try IncomingSegment(reply, memory) { try openFile() }
        self.segment = segment
        if segment.isWhole { finish(segment) }
    }

    private func openFile() throws -> FileWriter {
        if let file { return file }
        _ = try context.makeFolder()
        let file = try FileWriter(path, allowance: context.allowance)
        self.file = file
        return file
    }

    private func take(_ piece: Span<UInt8>, _ left: Int, of segment: IncomingSegment) throws {
        let count = segment.count + piece.count + left
        guard count <= segment.announced.byteCount else { throw wrongLength(count, of: segment.announced) }
        try segment.append(piece)
        context.noteProgress()
        if segment.isWhole { finish(segment) }
    }

    /// The connection is still in order when a segment is not.
    private func finish(_ segment: IncomingSegment) {
        self.segment = nil
        let map = endRequest()
        guard !segment.isSound else { return onSegment(segment.place, map) }
        segment.drop()
        onProblem(map, FetchProblem(kind: .inputOutput, reason: "its checksum shows that it is damaged"))
    }

    private func wrongLength(_ count: Int, of reply: FetchReply) -> FetchProblem {
        FetchProblem(
            kind: .wrongLength, reason: "\(count) bytes came of \(reply.byteCount) that were announced")
    }

    private func endRequest() -> AttemptID {
        sent -= 1
        let request = wanted.removeFirst()
        sendMore()
        return request.map
    }
}
