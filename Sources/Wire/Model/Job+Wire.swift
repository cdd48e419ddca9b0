public import ClusterModel

// Jobs and what their attempts say, as they travel.

extension JobSpecification: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &name)
        try coder.field(2, &inputs)
        try coder.field(3, &splits)
        try coder.field(4, &reduceCount)
        try coder.field(5, &output)
        try coder.field(6, &mapAttemptLimit)
        try coder.field(7, &reduceAttemptLimit)
        try coder.field(8, &taskTimeout)
        try coder.field(9, &program)
        try coder.field(10, &speculatesMaps)
        try coder.field(11, &speculatesReduces)
        try coder.field(12, &reduceSlowStart, standard: Self.standardSlowStart)
        try coder.field(13, &runningMapLimit)
        try coder.field(14, &runningReduceLimit)
    }
}

extension InputSplit: WireMessage {
    public init() { self.init(input: 0, offset: 0, length: 0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &input)
        try coder.field(2, &offset)
        try coder.field(3, &length)
        try coder.field(4, &followers)
    }
}

extension StreamingProgram: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &mapper)
        try coder.field(2, &combiner)
        try coder.field(3, &reducer)
        try coder.field(4, &environment)
        try coder.field(5, &files)
        try coder.field(6, &writeLimit)
        try coder.field(7, &processLimit)
        try coder.field(8, &format)
        try coder.field(9, &ignoresExitStatus)
        try coder.field(10, &splitsAreLines)
        try coder.field(11, &outputCompression)
        try coder.field(12, &sorting.memory, standard: SortSettings().memory)
        try coder.field(13, &shuffleMemory, standard: Self.standardShuffleMemory)
        try coder.field(14, &sorting.spillThousandths, standard: SortSettings().spillThousandths)
        try coder.field(15, &sorting.mergeFactor, standard: SortSettings().mergeFactor)
        try coder.field(16, &mapOutputCompression)
        var (read, written) = (inputFiles.rawValue, outputFiles.rawValue)
        try coder.field(17, &read)
        try coder.field(18, &written)
        guard let knownInput = InputFiles(rawValue: read) else { throw .unknownCase(read) }
        guard let knownOutput = OutputFiles(rawValue: written) else { throw .unknownCase(written) }
        (inputFiles, outputFiles) = (knownInput, knownOutput)
    }
}

extension SideFile: WireMessage {
    public init() { self.init(name: "", isExecutable: false, byteCount: 0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &name)
        try coder.field(2, &isExecutable)
        try coder.field(3, &byteCount)
        try coder.field(4, &isArchive)
    }
}

extension AttemptFailure: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &reason)
        try coder.field(2, &exitStatus)
        try coder.field(3, &standardError)
        try coder.field(4, &phases)
    }
}

extension JobFailure: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &reason)
        try coder.field(2, &attempt)
        try coder.field(3, &node)
        try coder.field(4, &exitStatus)
        try coder.field(5, &standardError)
    }
}

extension JobOutcome: WireMessage {
    public init() { self = .succeeded }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var (kind, failure): (UInt8, JobFailure?) =
            switch self {
            case .succeeded: (1, nil)
            case .failed(let failure): (2, failure)
            case .cancelled: (3, nil)
            }
        try coder.field(1, &kind)
        try coder.field(2, &failure)
        switch kind {
        case 1: self = .succeeded
        case 2: self = .failed(failure ?? JobFailure())
        case 3: self = .cancelled
        default: throw .unknownCase(kind)
        }
    }
}

extension Assignment: WireMessage {
    public init() { self = .abort }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var kind = kind
        try coder.field(1, &kind)
        switch kind {
        case .map:
            var (uri, offset, length, more): (String, Int, Int, [String]) = ("", 0, 0, [])
            if case .map(let v0, let v1, let v2, let v3) = self { (uri, offset, length, more) = (v0, v1, v2, v3) }
            try coder.field(2, &uri)
            try coder.field(3, &offset)
            try coder.field(4, &length)
            try coder.field(5, &more)
            self = .map(uri: uri, offset: offset, length: length, more: more)
        case .reduce:
            var (partition, mapCount) = (0, 0)
            if case .reduce(let v0, let v1) = self { (partition, mapCount) = (v0, v1) }
            try coder.field(2, &partition)
            try coder.field(3, &mapCount)
            self = .reduce(partition: partition, mapCount: mapCount)
        case .commit:
            var winners: [AttemptID] = []
            if case .commit(let values) = self { winners = values }
            try coder.field(2, &winners)
            self = .commit(winners: winners)
        case .abort: self = .abort
        }
    }

    private var kind: TaskKind {
        switch self {
        case .map: .map
        case .reduce: .reduce
        case .commit: .commit
        case .abort: .abort
        }
    }
}

extension MapOutputLocation: WireMessage {
    public init() { self.init(attempt: AttemptID(), address: "") }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &attempt)
        try coder.field(2, &address)
    }
}
