package import ClusterModel

extension Job: WireMessage {
    package init() { self.init(id: JobID(0), specification: JobSpecification(), submitted: .start, submission: 0) }

    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &id)
        try coder.field(2, &specification)
        try coder.field(3, &submitted)
        try coder.field(4, &phase)
        try coder.field(5, &finished)
        try coder.field(6, &tables)
        try coder.field(7, &preparedNodes)
        try coder.field(8, &nodeFailures)
        try coder.field(9, &excludedNodes)
        try coder.field(10, &hasLaunched)
        try coder.field(11, &killing)
        try coder.field(12, &others)
        try coder.field(13, &runningReduces)
        try coder.field(14, &fetchedReduces)
        try coder.field(15, &mapOutputs)
        try coder.field(16, &strandedMaps)
        try coder.field(17, &fetchFailures)
        try coder.field(18, &fetchTroubles)
        try coder.field(19, &taskCounters)
        try coder.field(20, &counters)
        try coder.field(21, &history)
        try coder.field(22, &taskCounts)
        try coder.field(23, &endCounts)
        try coder.field(24, &submission)
    }
}

extension Job.Phase: WireMessage {
    package init() { self = .running }

    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var (kind, outcome): (UInt8, JobOutcome?) =
            switch self {
            case .running: (1, nil)
            case .committing: (2, nil)
            case .aborting(let outcome): (3, outcome)
            case .ended(let outcome): (4, outcome)
            }
        try coder.field(1, &kind)
        try coder.field(2, &outcome)
        switch (kind, outcome) {
        case (1, nil): self = .running
        case (2, nil): self = .committing
        case (3, let outcome?): self = .aborting(outcome)
        case (4, let outcome?): self = .ended(outcome)
        default: throw .unknownCase(kind)
        }
    }
}

extension KillOrder: WireMessage {
    package init() { self.init(attempt: AttemptID(), reason: "") }

    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &attempt)
        try coder.field(2, &reason)
    }
}

extension RunningAttempt: WireMessage {
    package init() { self.init(attempt: AttemptID(), node: NodeID(0), launched: .start) }

    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &attempt)
        try coder.field(2, &node)
        try coder.field(3, &launched)
    }
}

/// Not public, since a public type's conformance would be: what a job remembers of an attempt.
struct KeptAttempt: WireMessage {
    var ended = EndedAttempt(
        attempt: AttemptID(), node: NodeID(0), end: .failed, reason: "", launched: .start, ended: .start)

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &ended.attempt)
        try coder.field(2, &ended.node)
        try coder.field(3, &ended.end)
        try coder.field(4, &ended.reason)
        try coder.field(5, &ended.launched)
        try coder.field(6, &ended.ended)
        try coder.field(7, &ended.phases)
    }
}

extension EndCounts: WireMessage {
    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &failed)
        try coder.field(2, &lost)
        try coder.field(3, &killed)
    }
}

extension TaskCounts: WireMessage {
    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &total)
        try coder.field(2, &pending)
        try coder.field(3, &running)
        try coder.field(4, &done)
    }
}

extension FetchTroubles: WireMessage {
    package mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var numbers = numbers
        try coder.field(1, &numbers)
        guard let read = FetchTroubles(numbers) else { throw .malformed }
        self = read
    }
}
