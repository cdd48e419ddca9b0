/// `-reducer aggregate`: keys `AGGREGATOR:KEY` say how their values are made one (Hadoop's ValueAggregatorReducer and
/// ValueAggregatorCombiner).
public struct AggregateTransform: RecordTransform {
    private let isCombiner: Bool
    private let uniqueLimit: Int
    private var key: [UInt8] = []
    /// Behind the colon of the key.
    private var nameStart = 0
    private var aggregator: (any ValueAggregator)?
    /// The last key's aggregator by name, colon included, as it is at its beginning: most keys have the same.
    private var last: (name: [UInt8], aggregator: any ValueAggregator)?

    /// - Parameters:
    ///   - isCombiner: It writes what a reducer like it can read, under the whole key.
    ///   - uniqueLimit: See ``UniqueAggregator``; a combiner has none.
    public init(isCombiner: Bool, uniqueLimit: Int = 0) {
        self.isCombiner = isCombiner
        self.uniqueLimit = isCombiner ? 0 : uniqueLimit
    }

    public var keepsKeys: Bool { isCombiner }
    public var folds: [KeyFold] {
        isCombiner
            ? [KeyFold("LongValueSum:", .sum), KeyFold("LongValueMax:", .max), KeyFold("LongValueMin:", .min)] : []
    }

    public mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        if isFirst {
            try finish(into: &batch)
            try begin(key)
        }
        try aggregator?.add(value)
    }

    public mutating func finish(into batch: inout RecordBatch) throws {
        guard let aggregator else { return }
        if isCombiner {
            for value in aggregator.partials { batch.append(key.span, value.span) }
        } else {
            let value = aggregator.report
            batch.append(key.span.extracting(nameStart..<key.count), value.span)
        }
        self.aggregator = nil
    }

    private mutating func begin(_ key: Span<UInt8>) throws(TransformError) {
        self.key.removeAll(keepingCapacity: true)
        self.key.append(key)
        if let last, key.begins(with: last.name) { return aggregator = last.aggregator }
        var colon = 0
        while colon < key.count, key[colon] != UInt8(ascii: ":") { colon += 1 }
        guard colon < key.count, let aggregator = aggregator(named: key.extracting(0..<colon)) else {
            throw TransformError(
                "the key '\(TransformError.text(key))' names no aggregator: write one of "
                    + "\(Self.names.joined(separator: ", ")), a colon and the key")
        }
        self.aggregator = aggregator
        nameStart = colon + 1
        last = (Array(self.key[..<nameStart]), aggregator)
    }

    private static let names = [
        "LongValueSum", "LongValueMax", "LongValueMin", "DoubleValueSum", "StringValueMax", "StringValueMin",
        "UniqValueCount", "ValueHistogram",
    ]

    /// Upper and lower case are the same.
    private func aggregator(named name: Span<UInt8>) -> (any ValueAggregator)? {
        switch String(decoding: name.indices.map { name[$0] }, as: UTF8.self).lowercased() {
        case "longvaluesum": LongAggregator(.sum)
        case "longvaluemax": LongAggregator(.max)
        case "longvaluemin": LongAggregator(.min)
        case "doublevaluesum": DoubleAggregator()
        case "stringvaluemax": TextAggregator(.max)
        case "stringvaluemin": TextAggregator(.min)
        case "uniqvaluecount": UniqueAggregator(limit: uniqueLimit)
        case "valuehistogram": HistogramAggregator()
        default: nil
        }
    }
}

/// The sum of each key's values (LongSumReducer).
public struct LongSumTransform: RecordTransform {
    private var key: [UInt8] = []
    private var digits: [UInt8] = []
    private var sum: LongAggregator?

    public init() {}

    public var keepsKeys: Bool { true }
    public var folds: [KeyFold] { [KeyFold("", .sum)] }

    public mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        if isFirst {
            try finish(into: &batch)
            self.key.removeAll(keepingCapacity: true)
            self.key.append(key)
            sum = LongAggregator(.sum)
        }
        try sum?.add(value)
    }

    public mutating func finish(into batch: inout RecordBatch) throws {
        guard let sum else { return }
        digits.set(decimal: sum.result)
        batch.append(key.span, digits.span)
        self.sum = nil
    }
}
