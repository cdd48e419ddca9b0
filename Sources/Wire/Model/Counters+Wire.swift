public import ClusterModel

extension Counters: WireMessage {
    /// Counters of known names are two lists, of their numbers and of their values: a name would take more room than all
    /// else that is said of an attempt. The others are spelt out.
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var spelt: [Entry] = []
        var numbers: [UInt32] = []
        var values: [Int] = []
        for entry in entries {
            if let number = KnownCounters.number(of: entry) {
                numbers.append(number)
                values.append(entry.value)
            } else {
                spelt.append(entry)
            }
        }
        try coder.field(1, &spelt)
        try coder.field(2, &numbers)
        try coder.field(3, &values)
        if C.isReading { try read(spelt, numbers, values) }
    }

    private mutating func read(_ spelt: [Entry], _ numbers: [UInt32], _ values: [Int]) throws(WireError) {
        guard numbers.count == values.count else { throw .malformed }
        var all: [Entry] = []
        all.reserveCapacity(numbers.count + spelt.count)
        for (number, value) in zip(numbers, values) {
            // One that a later version knows is skipped, as an unknown field is.
            guard var entry = KnownCounters.entry(number) else { continue }
            entry.value = value
            all.append(entry)
        }
        if spelt.isEmpty, numbers.count < Self.entryLimit, KnownCounters.areInOrder(numbers) {
            self = Counters(inOrder: all)
            return
        }
        all += spelt
        all.sort { ($0.group, $0.name) < ($1.group, $1.name) }
        self = Counters(all)
    }
}

extension Counters.Entry: WireMessage {
    public init() { self.init(group: "", name: "", value: 0) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &group)
        try coder.field(2, &name)
        try coder.field(3, &value)
    }
}
