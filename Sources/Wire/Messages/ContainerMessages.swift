public import ClusterModel

/// From a worker to a container of its own, over the inherited socket.
public enum ContainerOrder: Hashable, Sendable {
    /// What it is for; before all else.
    case prepare(ContainerJob)
    /// Behind those that it has been given before.
    case run(AttemptID, Assignment)
    /// Give back what has not begun.
    case release
    /// Where winning map output is; goes on while a reduce attempt runs.
    case mapOutputs([MapOutputLocation])
    /// Let traffic with other nodes go nowhere; nil is the end of that.
    case cut(CutDirection?)
}

/// What a container needs to run attempts of a job.
public struct ContainerJob: Hashable, Sendable {
    public var program = JobProgram()
    /// The worker's.
    public var folder = ""
    /// Proves to other workers that the container may fetch.
    public var secret: [UInt8] = []

    public init() {}
}

/// From a container to its worker.
public enum ContainerMessage: Hashable, Sendable {
    /// Thousandths of the attempt's work.
    case progress(fraction: Int, hasProgressed: Bool)
    /// - Parameter hasFolder: It has made its folder, which is to be removed.
    case succeeded(Counters, hasFolder: Bool)
    /// Whatever else it was given is as good as not begun: the container is of no use any more.
    case failed(AttemptFailure)
    case fetchFailed(AttemptID)
    /// What the program says of itself.
    case status(String)
    /// The reduce attempt has fetched all map output.
    case shuffleFinished
    /// The answer to a release.
    case released([AttemptID])
}

/// From a container to the worker that serves a map's output.
public struct FetchRequest: Hashable, Sendable {
    /// Requests that a connection may have open.
    public static let pipelineLimit = 16

    public var map = AttemptID()
    public var partition = 0

    public init() {}

    public init(map: AttemptID, partition: Int) {
        self.map = map
        self.partition = partition
    }
}

/// The answer to a fetch. The segment's bytes follow in frames of their own, raw, together `byteCount`.
public struct FetchReply: Hashable, Sendable {
    /// Bytes in one frame.
    public static let chunk = 256 << 10

    /// Empty when the segment follows.
    public var problem = ""
    public var byteCount = 0
    /// CRC-32C of the segment.
    public var checksum: UInt32 = 0

    public init() {}

    public init(problem: String) { self.problem = problem }

    public init(byteCount: Int, checksum: UInt32) {
        self.byteCount = byteCount
        self.checksum = checksum
    }
}

// MARK: - As they travel

extension ContainerOrder: WireMessage {
    public init() { self = .mapOutputs([]) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var kind: UInt8 =
            switch self {
            case .mapOutputs: 2
            case .cut: 3
            case .prepare: 4
            case .run: 5
            case .release: 6
            }
        try coder.field(1, &kind)
        switch kind {
        case 2:
            var locations: [MapOutputLocation] = []
            if case .mapOutputs(let value) = self { locations = value }
            try coder.field(2, &locations)
            self = .mapOutputs(locations)
        case 3:
            var direction: CutDirection?
            if case .cut(let value) = self { direction = value }
            try coder.field(2, &direction)
            self = .cut(direction)
        case 4:
            var job = ContainerJob()
            if case .prepare(let value) = self { job = value }
            try coder.field(2, &job)
            self = .prepare(job)
        case 5:
            var (attempt, assignment) = (AttemptID(), Assignment())
            if case .run(let v0, let v1) = self { (attempt, assignment) = (v0, v1) }
            try coder.field(2, &attempt)
            try coder.field(3, &assignment)
            self = .run(attempt, assignment)
        case 6: self = .release
        default: throw .unknownCase(kind)
        }
    }
}

extension ContainerJob: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &program)
        try coder.field(2, &folder)
        try coder.field(3, &secret)
    }
}

extension ContainerMessage: WireMessage {
    public init() { self = .progress(fraction: 0, hasProgressed: false) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var kind = kind
        try coder.field(1, &kind)
        switch kind {
        case 1:
            var (fraction, hasProgressed) = (0, false)
            if case .progress(let v0, let v1) = self { (fraction, hasProgressed) = (v0, v1) }
            try coder.field(2, &fraction)
            try coder.field(3, &hasProgressed)
            self = .progress(fraction: fraction, hasProgressed: hasProgressed)
        case 2:
            var (counters, hasFolder) = (Counters(), false)
            if case .succeeded(let v0, let v1) = self { (counters, hasFolder) = (v0, v1) }
            try coder.field(2, &counters)
            try coder.field(3, &hasFolder)
            self = .succeeded(counters, hasFolder: hasFolder)
        case 3:
            var failure = AttemptFailure()
            if case .failed(let value) = self { failure = value }
            try coder.field(2, &failure)
            self = .failed(failure)
        case 4:
            var map = AttemptID()
            if case .fetchFailed(let value) = self { map = value }
            try coder.field(2, &map)
            self = .fetchFailed(map)
        case 5:
            var text = ""
            if case .status(let value) = self { text = value }
            try coder.field(2, &text)
            self = .status(text)
        case 6: self = .shuffleFinished
        case 7:
            var attempts: [AttemptID] = []
            if case .released(let value) = self { attempts = value }
            try coder.field(2, &attempts)
            self = .released(attempts)
        default: throw .unknownCase(kind)
        }
    }

    private var kind: UInt8 {
        switch self {
        case .progress: 1
        case .succeeded: 2
        case .failed: 3
        case .fetchFailed: 4
        case .status: 5
        case .shuffleFinished: 6
        case .released: 7
        }
    }
}

extension FetchRequest: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &map)
        try coder.field(2, &partition)
    }
}

extension FetchReply: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &problem)
        try coder.field(2, &byteCount)
        try coder.field(3, &checksum)
    }
}
