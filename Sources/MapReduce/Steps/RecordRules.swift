public import ClusterModel
public import Records

/// A job's ``RecordFormat``, understood.
public struct RecordRules: Sendable {
    public let mapOutput: KeyFields
    /// Of combiners and reducers.
    public let reduceOutput: KeyFields
    public let mapperInput: MapperInput
    /// Ends the key of an input line, where lines have keys.
    public let keyValueSeparator: UInt8
    /// Nil when mappers are given no keys.
    public let mapInputSeparator: [UInt8]?
    public let reduceInputSeparator: [UInt8]
    public let outputSeparator: [UInt8]
    public let outputLineEnd: [UInt8]
    public let partitioner: Partitioner
    public let order: KeyOrder
    /// What a reducer's records are grouped by, which are sorted by the order.
    public let grouping: KeyOrder
    public let combinerGrouping: KeyOrder
    public let mapSelection: FieldSelection
    public let reduceSelection: FieldSelection
    let selectionSeparator: [UInt8]
    /// It is understood where the step is made that needs it.
    let regex: String?
    let regexGroup: Int
    let uniqueValueLimit: Int

    /// - Throws: ``StreamingError`` for what cannot be understood.
    public init(_ format: RecordFormat) throws(StreamingError) {
        mapOutput = try Self.fields(format.mapOutput, .mapOutputSeparator)
        reduceOutput = try Self.fields(format.reduceOutput, .reduceOutputSeparator)
        mapperInput = format.mapperInput
        keyValueSeparator = format.keyValueSeparator
        mapInputSeparator = mapperInput.hasKeys ? Self.bytes(format.mapInputSeparator) : nil
        reduceInputSeparator = Self.bytes(format.reduceInputSeparator)
        outputSeparator = format.outputIsRaw ? [] : Self.bytes(format.outputSeparator)
        outputLineEnd = format.outputIsRaw ? [] : [UInt8(ascii: "\n")]
        let keySeparator = try Self.separator(format.keyFieldSeparator, .keyFieldSeparator)
        selectionSeparator = try Self.separator(format.selection.separator, .selectionSeparator)
        uniqueValueLimit = format.uniqueValueLimit
        (regex, regexGroup) = (format.regex, format.regexGroup)
        do {
            partitioner = try Self.partitioner(format, keySeparator)
            let order = try Self.order(format.comparatorOptions, keySeparator) ?? .bytes
            self.order = order
            grouping = try Self.order(format.grouping.reducer, keySeparator) ?? order
            combinerGrouping = try Self.order(format.grouping.combiner, keySeparator) ?? order
            mapSelection = try FieldSelection(
                parsing: format.selection.mapOutput ?? FieldSelection.standard, separator: selectionSeparator)
            reduceSelection = try FieldSelection(
                parsing: format.selection.reduceOutput ?? FieldSelection.standard, separator: selectionSeparator)
        } catch {
            throw StreamingError("\(error)")
        }
    }

    private static func partitioner(
        _ format: RecordFormat, _ separator: [UInt8]
    ) throws(KeyOptionError) -> Partitioner {
        if !format.cutPoints.isEmpty { return .totalOrder(TotalOrder(format.cutPoints.map(\.key))) }
        guard let options = format.partitionerOptions else { return .hash }
        return .keyFields(try KeySpecification(parsing: options, separator: separator))
    }

    private static func order(_ options: String?, _ separator: [UInt8]) throws(KeyOptionError) -> KeyOrder? {
        guard let options else { return nil }
        return .fields(try KeySpecification(parsing: options, separator: separator))
    }

    private static func fields(_ fields: RecordFormat.Fields, _ property: Property) throws(StreamingError) -> KeyFields
    {
        KeyFields(separator: try separator(fields.separator, property), count: fields.keyCount)
    }

    /// Between fields that are to be told apart.
    private static func separator(_ text: String?, _ property: Property) throws(StreamingError) -> [UInt8] {
        guard text != "" else {
            throw StreamingError("\(property.name) is empty: fields cannot be told apart without a separator")
        }
        return bytes(text)
    }

    private static func bytes(_ text: String?) -> [UInt8] { text.map { Array($0.utf8) } ?? [UInt8(ascii: "\t")] }
}
