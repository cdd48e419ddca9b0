internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Transport
internal import Wire

/// Fetches one partition of every map's output into one file on the node's disk.
///
/// A map whose output cannot be fetched is reported, and asked for again: where it was, or where the coordinator says that
/// it has been made anew.
final class ShuffleClient {
    /// Milliseconds until a map is asked for again.
    private static let retryInterval: UInt64 = 200

    /// Called once, with a reader for each map's segment in the order of the maps.
    var onDone: (([FileReader]) -> Void)?
    private(set) var byteCount = 0

    private let context: AttemptContext
    private let partition: Int
    private let path: String
    private var file: FileWriter?
    /// By map; nil while it is not here.
    private var segments: [Range<Int>?]
    private var missing: Int
    private var locations: [Int: MapOutputLocation] = [:]
    private var links: [String: FetchLink] = [:]
    private var retryTimer: LoopTimer?
    private var retries: Set<Int> = []
    private var direction: CutDirection?

    init(_ context: AttemptContext, partition: Int, mapCount: Int) throws {
        self.context = context
        self.partition = partition
        path = "\(context.task.folder)/.shuffle"
        file = try FileWriter(path)
        segments = Array(repeating: nil, count: mapCount)
        missing = mapCount
        retryTimer = try LoopTimer(on: context.loop) { [unowned self] in retry() }
    }

    func start() {
        if missing == 0 { finish() }
    }

    func locate(_ found: [MapOutputLocation]) {
        for location in found {
            let map = location.attempt.task.index
            guard segments.indices.contains(map), segments[map] == nil, locations[map] != location else { continue }
            locations[map] = location
            request(map)
        }
    }

    func cut(_ direction: CutDirection?) {
        self.direction = direction
        for link in links.values { link.cut(direction) }
    }

    private func request(_ map: Int) {
        guard let location = locations[map], segments[map] == nil else { return }
        let link =
            links[location.address]
            ?? FetchLink(
                location.address, context, onSegment: { [unowned self] in take($0, of: $1) },
                onProblem: { [unowned self] in fail($0, $1) }
            )
        links[location.address] = link
        link.cut(direction)
        link.request(FetchRequest(map: location.attempt, partition: partition))
    }

    private func take(_ bytes: [UInt8], of attempt: AttemptID) {
        let map = attempt.task.index
        guard let file, segments[map] == nil else { return }
        do throws(FileSystemError) {
            let start = file.byteCount
            try file.write(bytes.span)
            segments[map] = start..<file.byteCount
        } catch {
            return end { $0.fail("\(error)") }
        }
        context.noteProgress()
        byteCount += bytes.count
        missing -= 1
        context.fraction = (segments.count - missing) * 500 / segments.count
        if missing == 0 { finish() }
    }

    private func fail(_ attempt: AttemptID, _ reason: String) {
        let map = attempt.task.index
        guard segments[map] == nil else { return }
        let line = Array("fetching the output of \(attempt): \(reason)\n".utf8)
        context.takeStandardError(line.span)
        // It has been made again elsewhere meanwhile, and is asked for there.
        guard locations[map]?.attempt == attempt else { return }
        context.reportFetchFailure(attempt)
        retries.insert(map)
        retryTimer?.set(milliseconds: Self.retryInterval)
    }

    private func retry() {
        let maps = retries.sorted()
        retries = []
        for map in maps { request(map) }
    }

    private func finish() {
        do {
            try file?.close()
            let whole = try FileReader(path)
            let readers = segments.compactMap { $0 }.map { whole.section(offset: $0.lowerBound, count: $0.count) }
            end { [self] _ in onDone?(readers) }
        } catch {
            end { $0.fail("\(error)") }
        }
    }

    private func end(_ then: (AttemptContext) -> Void) {
        file = nil
        retryTimer?.close()
        for link in links.values { link.close() }
        links = [:]
        then(context)
    }
}

/// One connection to one node, over which map outputs are fetched one after another.
private final class FetchLink {
    private let address: String
    private let context: AttemptContext
    private let onSegment: ([UInt8], AttemptID) -> Void
    private let onProblem: (AttemptID, String) -> Void
    private var connection: Connection?
    private var isReady = false
    private var direction: CutDirection?
    /// Asked for and not complete, in the order asked.
    private var open: [FetchRequest] = []
    private var segment: [UInt8] = []
    /// Bytes that the segment under way still lacks; nil between two.
    private var left: Int?

    init(
        _ address: String, _ context: AttemptContext, onSegment: @escaping ([UInt8], AttemptID) -> Void,
        onProblem: @escaping (AttemptID, String) -> Void
    ) {
        self.address = address
        self.context = context
        self.onSegment = onSegment
        self.onProblem = onProblem
    }

    func request(_ request: FetchRequest) {
        open.append(request)
        if isReady { connection?.send(request) } else if connection == nil { connect() }
    }

    func cut(_ direction: CutDirection?) {
        self.direction = direction
        connection?.cut(inbound: direction?.stopsInbound ?? false, outbound: direction?.stopsOutbound ?? false)
    }

    func close() {
        connection?.close()
        connection = nil
        open = []
    }

    private func connect() {
        guard let target = SocketAddress(address) else { return lose("'\(address)' is no address") }
        do {
            let connection = try Connection.connect(
                to: try target.resolve(), as: .fetcher, context.outbox, secret: context.task.secret
            ) { [unowned self] in
                isReady = true
                for request in open { self.connection?.send(request) }
            }
            connection.onEnd = { [unowned self] end in lose(end.description) }
            connection.onFrame = { [unowned self] frame in hear(frame) }
            self.connection = connection
            cut(direction)
        } catch {
            lose("\(error)")
        }
    }

    private func lose(_ reason: String) {
        let lost = open
        (connection, isReady, open, segment, left) = (nil, false, [], [], nil)
        for request in lost { onProblem(request.map, reason) }
    }

    private func hear(_ frame: Span<UInt8>) {
        guard !open.isEmpty else { return }
        if let left { return take(frame, left) }
        do throws(WireError) {
            let reply = try FetchReply(decoding: frame)
            if !reply.problem.isEmpty { return onProblem(open.removeFirst().map, reply.problem) }
            if reply.byteCount == 0 { return onSegment([], open.removeFirst().map) }
            left = reply.byteCount
        } catch {
            connection?.close()
            lose("\(error)")
        }
    }

    private func take(_ frame: Span<UInt8>, _ left: Int) {
        segment.append(addingCapacity: frame.count) { room in
            for index in frame.indices { room.append(frame[index]) }
        }
        context.noteProgress()
        self.left = left - frame.count
        guard left <= frame.count else { return }
        let whole = segment
        (segment, self.left) = ([], nil)
        onSegment(whole, open.removeFirst().map)
    }
}
