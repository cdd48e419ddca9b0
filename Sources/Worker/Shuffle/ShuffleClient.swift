internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Transport
internal import Wire

/// Fetches one partition of every map's output, into memory as far as the job allows it, and beyond that onto the node's disk,
/// into one file for each node that it comes from.
///
/// A map whose output cannot be fetched is reported, and asked for again: where it was, or where the coordinator says that
/// it has been made anew.
final class ShuffleClient {
    /// Milliseconds until a map is asked for again, the first time; each time it is twice as long.
    private static let retryInterval: UInt64 = 200
    /// It grows so many times.
    private static let retryGrowth = 5
    /// Milliseconds between two looks for links that have fallen silent.
    private static let lookInterval: UInt64 = 1000

    /// Segments that are read where they lie, at most: each keeps a file open.
    private static let localLimit = 128

    private enum Place {
        case fetched(address: String, IncomingSegment.Place)
        case local(FileReader, Range<Int>)
    }

    /// Called once, with each map's segment in the order of the maps.
    var onDone: (([Segment]) -> Void)?
    /// As they came.
    private(set) var byteCount = 0
    /// Of reading the segments.
    let progress = SegmentProgress()
    var mapCount: Int { places.count }

    private let context: AttemptContext
    private let partition: Int
    /// By map; nil while it is not here.
    private var places: [Place?]
    private var missing: Int
    private var localCount = 0
    private var locations: [Int: MapOutputLocation] = [:]
    private var links: [String: FetchLink] = [:]
    private var retryTimer: LoopTimer?
    private var lookTimer: LoopTimer?
    /// Maps to be asked for again, and when, on the loop's clock.
    private var retries: [Int: UInt64] = [:]
    /// How often each map could not be fetched.
    private var failures: [Int: Int] = [:]
    private var direction: CutDirection?
    private var hasEnded = false
    private let memory: ShuffleMemory

    init(_ context: AttemptContext, partition: Int, mapCount: Int) throws {
        self.context = context
        self.partition = partition
        places = Array(repeating: nil, count: mapCount)
        missing = mapCount
        memory = ShuffleMemory(limit: context.task.job.program.shuffleMemory)
        retryTimer = try LoopTimer(on: context.loop) { [unowned self] in retry() }
        lookTimer = try LoopTimer(on: context.loop) { [unowned self] in look() }
        lookTimer?.set(milliseconds: Self.lookInterval)
    }

    func start() {
        if missing == 0 { finish() }
    }

    func locate(_ found: [MapOutputLocation]) {
        for location in found {
            let map = location.attempt.task.index
            guard places.indices.contains(map), places[map] == nil, locations[map] != location else { continue }
            locations[map] = location
            request(map)
        }
    }

    func cut(_ direction: CutDirection?) {
        self.direction = direction
        for link in links.values { link.cut(direction) }
    }

    /// A map that is made again for others while this reducer is at work is none of its business any more: the files that it
    /// merges would be written anew.
    private func request(_ map: Int) {
        guard !hasEnded, let location = locations[map], places[map] == nil else { return }
        if takeLocal(location.attempt) { return }
        let address = location.address
        let link =
            links[address]
            ?? FetchLink(
                address, path: "\(context.task.folder)/.shuffle-\(links.count)", memory, context,
                onSegment: { [unowned self] in take(.fetched(address: address, $0), of: $1, $0.count) },
                onProblem: { [unowned self] in fail($0, $1) },
                onDiskProblem: { [unowned self] error in end { $0.fail("\(error)") } }
            )
        links[location.address] = link
        link.cut(direction)
        link.request(FetchRequest(map: location.attempt, partition: partition))
    }

    /// What lies on this node's own disk needs no way through the network (Hadoop's LocalFetcher). If something is wrong with
    /// it, it is fetched as others are, which will show what.
    private func takeLocal(_ attempt: AttemptID) -> Bool {
        guard localCount < Self.localLimit, let output = try? MapOutput(context.task.mapOutputPath(of: attempt)),
            partition < output.partitionCount, (try? output.check(partition)) != nil
        else { return false }
        localCount += 1
        let range = output.range(of: partition)
        take(.local(output.reader(of: partition), range), of: attempt, range.count)
        return true
    }

    private func take(_ place: Place, of attempt: AttemptID, _ count: Int) {
        let map = attempt.task.index
        guard places[map] == nil else {
            if case .fetched(_, .memory) = place { memory.giveBack(count) }
            return
        }
        places[map] = place
        context.count("SHUFFLED_MAPS")
        context.noteProgress()
        byteCount += count
        missing -= 1
        context.fraction = (places.count - missing) * 500 / places.count
        if missing == 0 { finish() }
    }

    private func fail(_ attempt: AttemptID, _ problem: FetchProblem) {
        let map = attempt.task.index
        guard places[map] == nil else { return }
        context.count("FAILED_SHUFFLE")
        context.counters.add(1, group: "Shuffle Errors", name: problem.kind.rawValue)
        let line = Array("fetching the output of \(attempt): \(problem.reason)\n".utf8)
        context.takeStandardError(line.span)
        // It has been made again elsewhere meanwhile, and is asked for there.
        guard locations[map]?.attempt == attempt else { return }
        context.reportFetchFailure(attempt)
        let delay = Self.retryInterval << min(failures[map, default: 0], Self.retryGrowth)
        failures[map, default: 0] += 1
        retries[map] = context.loop.now + delay
        setRetryTimer()
    }

    private func setRetryTimer() {
        guard let next = retries.values.min() else { return }
        retryTimer?.set(milliseconds: next - min(next, context.loop.now))
    }

    private func retry() {
        let due = retries.filter { $0.value <= context.loop.now }.keys.sorted()
        for map in due { retries[map] = nil }
        for map in due { request(map) }
        setRetryTimer()
    }

    /// A network that was cut closes nothing. To wait for maps that are not done is no lack of progress.
    private func look() {
        for link in links.values { link.giveUpIfSilent() }
        if locations.count == places.count - missing { context.noteProgress() }
        lookTimer?.set(milliseconds: Self.lookInterval)
    }

    private func finish() {
        do {
            var files: [String: FileReader] = [:]
            for (address, link) in links { files[address] = try link.finish() }
            let codec = try context.packing().map { try BlockCodec($0) }
            let found = places.enumerated().compactMap { map, place -> Segment.Place? in
                switch place {
                case .fetched(_, .memory(let bytes)):
                    Segment.Place(bytes, codec, name: "partition \(partition) of map \(map)'s output")
                case .fetched(let address, .file(let range)):
                    files[address].map { Segment.Place($0, range, codec) }
                case .local(let reader, let range): Segment.Place(reader, range, codec)
                case nil: nil
                }
            }
            let segments = found.map { Segment($0, amongst: found.count, progress) }
            places = Array(repeating: nil, count: places.count)
            end { [self] _ in onDone?(segments) }
        } catch {
            end { $0.fail("\(error)") }
        }
    }

    private func end(_ then: (AttemptContext) -> Void) {
        hasEnded = true
        retryTimer?.close()
        lookTimer?.close()
        for link in links.values { link.close() }
        links = [:]
        then(context)
    }
}
