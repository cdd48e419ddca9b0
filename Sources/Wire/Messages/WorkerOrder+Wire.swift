internal import ClusterModel

extension WorkerOrder: WireMessage {
    public init() { self = .stop }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var kind = kind
        try coder.field(1, &kind)
        switch kind {
        case 1:
            var (incarnation, milliseconds) = (Incarnation(), 0)
            if case .admit(let v0, let v1) = self { (incarnation, milliseconds) = (v0, v1) }
            try coder.field(2, &incarnation)
            try coder.field(3, &milliseconds)
            self = .admit(incarnation, heartbeatMilliseconds: milliseconds)
        case 2:
            var reason = ""
            if case .refuse(let value) = self { reason = value }
            try coder.field(2, &reason)
            self = .refuse(reason: reason)
        case 3:
            var program = JobProgram()
            if case .prepareJob(let value) = self { program = value }
            try coder.field(2, &program)
            self = .prepareJob(program)
        case 4:
            var (job, file, bytes) = (JobID(), 0, [UInt8]())
            if case .jobFile(let v0, let v1, let v2) = self { (job, file, bytes) = (v0, v1, v2) }
            try coder.field(2, &job)
            try coder.field(3, &file)
            try coder.field(4, &bytes)
            self = .jobFile(job, file: file, bytes: bytes)
        case 5:
            var (attempt, assignment) = (AttemptID(), Assignment())
            if case .launch(let v0, let v1) = self { (attempt, assignment) = (v0, v1) }
            try coder.field(2, &attempt)
            try coder.field(3, &assignment)
            self = .launch(attempt, assignment)
        default: try codeRest(kind, &coder)
        }
    }

    private mutating func codeRest<C: FieldCoder>(_ kind: UInt8, _ coder: inout C) throws(WireError) {
        switch kind {
        case 6:
            var attempt = AttemptID()
            if case .kill(let value) = self { attempt = value }
            try coder.field(2, &attempt)
            self = .kill(attempt)
        case 7:
            var (job, locations) = (JobID(), [MapOutputLocation]())
            if case .mapOutputs(let v0, let v1) = self { (job, locations) = (v0, v1) }
            try coder.field(2, &job)
            try coder.field(3, &locations)
            self = .mapOutputs(job, locations)
        case 8:
            var job = JobID()
            if case .forgetJob(let value) = self { job = value }
            try coder.field(2, &job)
            self = .forgetJob(job)
        case 9:
            var (request, attempt) = (0, AttemptID())
            if case .readLog(let v0, let v1) = self { (request, attempt) = (v0, v1) }
            try coder.field(2, &request)
            try coder.field(3, &attempt)
            self = .readLog(request: request, attempt)
        case 10: self = .stop
        case 11: self = .die
        case 12:
            var direction: CutDirection?
            if case .cut(let value) = self { direction = value }
            try coder.field(2, &direction)
            self = .cut(direction)
        case 13: self = .fence
        case 14:
            var count = 0
            if case .heard(let value) = self { count = value }
            try coder.field(2, &count)
            self = .heard(count)
        default: throw .unknownCase(kind)
        }
    }

    private var kind: UInt8 {
        switch self {
        case .admit: 1
        case .refuse: 2
        case .prepareJob: 3
        case .jobFile: 4
        case .launch: 5
        case .kill: 6
        case .mapOutputs: 7
        case .forgetJob: 8
        case .readLog: 9
        case .stop: 10
        case .die: 11
        case .cut: 12
        case .fence: 13
        case .heard: 14
        }
    }
}
