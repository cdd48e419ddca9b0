internal import BitCollections
internal import ClusterModel

// Collections in their one order: what a set or a dictionary is iterated in must not show.

extension FieldCoder {
    /// Distances from each number to the next, of which the first is the first number itself.
    mutating func field(_ tag: Int, _ value: inout BitSet) throws(WireError) {
        var before = 0
        var steps: [UInt32] = []
        for number in value {
            steps.append(UInt32(number - before))
            before = number
        }
        try field(tag, &steps)
        guard Self.isReading else { return }
        value = BitSet()
        before = 0
        for (place, step) in steps.enumerated() {
            guard step > 0 || place == 0, Int(step) <= bitSetLimit - before else { throw .malformed }
            before += Int(step)
            value.insert(before)
        }
    }

    /// Keys ascending.
    mutating func field(_ tag: Int, _ value: inout [UInt32: FetchReports]) throws(WireError) {
        var list = value.sorted { $0.key < $1.key }.map { MapReports(map: $0.key, reports: $0.value) }
        try field(tag, &list)
        guard Self.isReading else { return }
        value = [:]
        for entry in list {
            guard value.updateValue(entry.reports, forKey: entry.map) == nil else { throw .malformed }
        }
    }

    mutating func field(_ tag: Int, _ value: inout [UInt16]) throws(WireError) {
        var wide = value.map { UInt32($0) }
        try field(tag, &wide)
        guard Self.isReading else { return }
        value = []
        for number in wide {
            guard let narrow = UInt16(exactly: number) else { throw .malformed }
            value.append(narrow)
        }
    }

    mutating func field(_ tag: Int, _ value: inout [[UInt32]]) throws(WireError) {
        var lists = value.map { NumberList(numbers: $0) }
        try field(tag, &lists)
        if Self.isReading { value = lists.map(\.numbers) }
    }

    mutating func field(_ tag: Int, _ value: inout [EndedAttempt]) throws(WireError) {
        var kept = value.map { KeptAttempt(ended: $0) }
        try field(tag, &kept)
        if Self.isReading { value = kept.map(\.ended) }
    }

    /// Nil and an empty list are kept apart.
    mutating func field(_ tag: Int, _ value: inout [TaskCounts]?) throws(WireError) {
        var list = value.map { CountsList(counts: $0) }
        try field(tag, &list)
        if Self.isReading { value = list?.counts }
    }

    /// Numbers in a set are numbers of nodes or tasks; what is beyond takes memory for nothing.
    private var bitSetLimit: Int { 1 << 24 }
}

private struct MapReports: WireMessage {
    var map: UInt32 = 0
    var reports = FetchReports()

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &map)
        try coder.field(2, &reports.count)
        try coder.field(3, &reports.isPersistent)
        try coder.field(4, &reports.reporters)
    }
}

private struct NumberList: WireMessage {
    var numbers: [UInt32] = []

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) { try coder.field(1, &numbers) }
}

private struct CountsList: WireMessage {
    var counts: [TaskCounts] = []

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) { try coder.field(1, &counts) }
}
