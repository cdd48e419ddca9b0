public import ClusterModel

extension RecordFormat: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &mapOutput)
        try coder.field(2, &reduceOutput)
        try coder.field(3, &mapInputSeparator)
        try coder.field(4, &reduceInputSeparator)
        try coder.field(5, &outputSeparator)
        try coder.field(6, &keyFieldSeparator)
        try coder.field(7, &partitionerOptions)
        try coder.field(8, &comparatorOptions)
        try coder.field(9, &selection)
        try coder.field(10, &uniqueValueLimit)
        // As all else these two are not written at their defaults.
        var reading = mapperInput.rawValue
        try coder.field(11, &reading)
        guard let known = MapperInput(rawValue: reading) else { throw .unknownCase(reading) }
        mapperInput = known
        var separator = keyValueSeparator ^ Self.tab
        try coder.field(12, &separator)
        keyValueSeparator = separator ^ Self.tab
        try coder.field(13, &regex)
        try coder.field(14, &regexGroup)
        try coder.field(15, &grouping)
        try coder.field(16, &namedOutputs)
        try coder.field(20, &cutPoints)
        try coder.field(21, &outputIsRaw)
    }

    private static let tab = UInt8(ascii: "\t")
}

extension RecordFormat.CutPoint: WireMessage {
    public init() { self.init(key: []) }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) { try coder.field(1, &key) }
}

extension RecordFormat.Fields: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &separator)
        try coder.field(2, &keyCount)
    }
}

extension RecordFormat.Grouping: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &reducer)
        try coder.field(2, &combiner)
    }
}

extension RecordFormat.Selection: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &separator)
        try coder.field(2, &mapOutput)
        try coder.field(3, &reduceOutput)
    }
}
