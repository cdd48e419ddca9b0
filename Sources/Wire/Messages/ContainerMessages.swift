public import ClusterModel

/// From a worker to a container of its own, over the inherited socket.
public enum ContainerOrder: Hashable, Sendable {
    case run(ContainerTask)
    /// Where winning map output is; goes on while a reduce attempt runs.
    case mapOutputs([MapOutputLocation])
    /// Let traffic with other nodes go nowhere; nil is the end of that.
    case cut(CutDirection?)
}

/// An attempt, with all that its container needs to run it.
public struct ContainerTask: Hashable, Sendable {
    public var attempt = AttemptID()
    public var assignment = Assignment()
    public var job = JobProgram()
    /// Empty, the container's own, and the working folder of the user's program; removed by the worker afterwards.
    public var folder = ""
    /// Where the job's files lie, under their names.
    public var filesFolder = ""
    /// Of the map output that stays on the worker; empty for other attempts.
    public var mapOutputPath = ""
    public var logPath = ""
    /// Proves to other workers that the container may fetch.
    public var secret: [UInt8] = []

    public init() {}
}

/// From a container to its worker.
public enum ContainerMessage: Hashable, Sendable {
    /// Thousandths of the attempt's work.
    case progress(fraction: Int, hasProgressed: Bool)
    case succeeded(Counters)
    case failed(AttemptFailure)
    case fetchFailed(AttemptID)
    /// What the program says of itself.
    case status(String)
    /// The reduce attempt has fetched all map output.
    case shuffleFinished
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

    public init() {}

    public init(problem: String) { self.problem = problem }

    public init(byteCount: Int) { self.byteCount = byteCount }
}

// MARK: - As they travel

extension ContainerOrder: WireMessage {
    public init() { self = .mapOutputs([]) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var kind: UInt8 =
            switch self {
            case .run: 1
            case .mapOutputs: 2
            case .cut: 3
            }
        try coder.field(1, &kind)
        switch kind {
        case 1:
            var task = ContainerTask()
            if case .run(let value) = self { task = value }
            try coder.field(2, &task)
            self = .run(task)
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
        default: throw .unknownCase(kind)
        }
    }
}

extension ContainerTask: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &attempt)
        try coder.field(2, &assignment)
        try coder.field(3, &job)
        try coder.field(4, &folder)
        try coder.field(5, &filesFolder)
        try coder.field(6, &mapOutputPath)
        try coder.field(7, &logPath)
        try coder.field(8, &secret)
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
            var counters = Counters()
            if case .succeeded(let value) = self { counters = value }
            try coder.field(2, &counters)
            self = .succeeded(counters)
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
    }
}
