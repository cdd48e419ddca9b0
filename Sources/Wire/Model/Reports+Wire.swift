public import ClusterModel

// Reports for clients, as they travel.

extension StatusReport: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &coordinator.pid)
        try coder.field(2, &coordinator.address)
        try coder.milliseconds(3, &uptime)
        try coder.field(4, &changes)
        try coder.field(5, &nodesRunning)
        try coder.field(6, &nodesLost)
        try coder.field(7, &containersRunning)
        try coder.field(8, &containersAllowed)
        try coder.field(9, &jobsActive)
        try coder.field(10, &jobsEnded)
        try coder.field(11, &problem)
    }
}

extension NodeReport: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &name)
        try coder.field(2, &role)
        try coder.field(3, &instanceType)
        try coder.field(4, &state)
        try coder.field(5, &reason)
        try coder.field(6, &pid)
        try coder.field(7, &startTime)
        try coder.field(8, &host)
        try coder.field(9, &rack)
        try coder.field(10, &address)
        try coder.field(11, &incarnation)
        try coder.field(12, &containersRunning)
        try coder.field(13, &containersAllowed)
    }
}

extension JobReport: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &id)
        try coder.field(2, &name)
        try coder.field(3, &state)
        try coder.field(4, &output)
        try coder.milliseconds(5, &submitted)
        try coder.milliseconds(6, &elapsed)
        try coder.field(7, &maps)
        try coder.field(8, &reduces)
        try coder.field(9, &attemptsFailed)
        try coder.field(10, &attemptsLost)
        try coder.field(11, &attemptsKilled)
        try coder.field(12, &failure)
        try coder.field(13, &excludedNodes)
        try coder.field(14, &temporaryFolder)
    }
}

extension JobReport.Exclusion: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &node)
        try coder.field(2, &reason)
    }
}

extension JobReport.Tasks: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &total)
        try coder.field(2, &pending)
        try coder.field(3, &running)
        try coder.field(4, &done)
    }
}

extension JobReport.Failure: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &reason)
        try coder.field(2, &attempt)
        try coder.field(3, &node)
        try coder.field(4, &exitStatus)
        try coder.field(5, &standardError)
    }
}

extension TaskReport: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &id)
        try coder.field(2, &kind)
        try coder.field(3, &state)
        try coder.milliseconds(4, &progress)
        try coder.field(5, &failures)
        try coder.field(6, &attempts)
        try coder.field(7, &status)
        try coder.field(8, &why)
    }
}

extension TaskReport.Attempt: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &id)
        try coder.field(2, &node)
        try coder.field(3, &state)
        try coder.field(4, &reason)
        try coder.milliseconds(5, &seconds)
        var known = phases ?? []
        try coder.field(6, &known)
        phases = known.isEmpty ? nil : known
    }
}

extension TaskReport.Phase: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &name)
        try coder.milliseconds(2, &seconds)
    }
}

extension FieldCoder {
    /// A quantity with a resolution of a thousandth, which is all that reports have.
    fileprivate mutating func milliseconds(_ tag: Int, _ value: inout Double) throws(WireError) {
        var thousandths = Int((value * 1000).rounded())
        try field(tag, &thousandths)
        value = Double(thousandths) / 1000
    }
}
