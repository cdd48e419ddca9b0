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
    }
}

extension RecordFormat.Fields: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &separator)
        try coder.field(2, &keyCount)
    }
}

extension RecordFormat.Selection: WireMessage {
    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &separator)
        try coder.field(2, &mapOutput)
        try coder.field(3, &reduceOutput)
    }
}
