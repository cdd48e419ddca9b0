/// Makes one value of all values of a key (Hadoop's ValueAggregator).
protocol ValueAggregator {
    mutating func add(_ value: Span<UInt8>) throws(TransformError)
    /// What the reducer writes.
    var report: [UInt8] { get }
    /// What a combiner writes, one value each.
    var partials: [[UInt8]] { get }
}

extension ValueAggregator {
    var partials: [[UInt8]] { [report] }
}

/// LongValueSum, LongValueMax and LongValueMin. A sum beyond 64 bits wraps around, as Java's does.
struct LongAggregator: ValueAggregator {
    private let fold: Fold
    private(set) var result: Int

    init(_ fold: Fold) {
        self.fold = fold
        result =
            switch fold {
            case .sum: 0
            case .max: .min
            case .min: .max
            }
    }

    mutating func add(_ value: Span<UInt8>) throws(TransformError) {
        guard let number = JavaNumbers.long(value) else {
            throw TransformError("'\(TransformError.text(value))' is no whole number of 64 bits")
        }
        switch fold {
        case .sum: result &+= number
        case .max: result = Swift.max(result, number)
        case .min: result = Swift.min(result, number)
        }
    }

    var report: [UInt8] {
        var digits: [UInt8] = []
        digits.append(decimal: result)
        return digits
    }
}

/// DoubleValueSum.
struct DoubleAggregator: ValueAggregator {
    private var sum = 0.0

    mutating func add(_ value: Span<UInt8>) throws(TransformError) {
        guard let number = JavaNumbers.double(value) else {
            throw TransformError("'\(TransformError.text(value))' is no number")
        }
        sum += number
    }

    var report: [UInt8] { Array(JavaNumbers.text(sum).utf8) }
}

/// StringValueMax and StringValueMin, in the order of Java's strings.
struct TextAggregator: ValueAggregator {
    enum Kind { case max, min }

    private let kind: Kind
    private var result: [UInt8]?

    init(_ kind: Kind) { self.kind = kind }

    mutating func add(_ value: Span<UInt8>) {
        if let result {
            let order = Self.compare(value, result.span)
            guard kind == .max ? order > 0 : order < 0 else { return }
        }
        result = value.indices.map { value[$0] }
    }

    var report: [UInt8] { result ?? [] }

    /// Java compares 16 bits at a time: characters that take two such units, whose UTF-8 begins with 0xf0 and more, come
    /// before those from U+E000 on, whose UTF-8 begins with 0xee or 0xef.
    static func compare(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Int {
        let shared = Swift.min(first.count, second.count)
        var index = 0
        while index < shared, first[index] == second[index] { index += 1 }
        guard index < shared else { return first.count - second.count }
        return rank(first[index]) - rank(second[index])
    }

    private static func rank(_ byte: UInt8) -> Int { byte == 0xee || byte == 0xef ? Int(byte) + 0x100 : Int(byte) }
}

/// UniqValueCount: how many different values there are. They are all kept in memory.
struct UniqueAggregator: ValueAggregator {
    private var values: Set<[UInt8]> = []
    private let limit: Int

    /// - Parameter limit: With more values than that, no further ones are looked at (`mapreduce.aggregate.max.num.unique.values`);
    ///   as in Hadoop one more is counted. 0 is none.
    init(limit: Int) { self.limit = limit > 0 ? limit : .max }

    mutating func add(_ value: Span<UInt8>) {
        guard values.count <= limit else { return }
        values.insert(value.indices.map { value[$0] })
    }

    var report: [UInt8] { Array(String(values.count).utf8) }
    var partials: [[UInt8]] { values.sorted { TextAggregator.compare($0.span, $1.span) < 0 } }
}

/// ValueHistogram: how often each value comes, and of these counts their number, least, middle, greatest, average and
/// standard deviation.
struct HistogramAggregator: ValueAggregator {
    private var counts: [[UInt8]: Int] = [:]

    /// `VALUE` once, or `VALUE TAB COUNT`, as a combiner writes it.
    mutating func add(_ value: Span<UInt8>) throws(TransformError) {
        var end = value.count
        while end > 0, value[end - 1] != UInt8(ascii: "\t") { end -= 1 }
        guard end > 0 else {
            counts[value.indices.map { value[$0] }, default: 0] &+= 1
            return
        }
        let text = value.extracting(0..<end - 1)
        guard let count = JavaNumbers.long(value.extracting(end..<value.count)) else {
            throw TransformError("behind the TAB of '\(TransformError.text(value))' stands no count")
        }
        counts[text.indices.map { text[$0] }, default: 0] &+= count
    }

    var report: [UInt8] {
        let sorted = counts.values.sorted()
        guard let least = sorted.first, let greatest = sorted.last else { return Array("0".utf8) }
        let count = Double(sorted.count)
        let average = Double(sorted.reduce(0, &+)) / count
        let deviation = (sorted.reduce(0.0) { $0 + (Double($1) - average) * (Double($1) - average) } / count)
            .squareRoot()
        let columns = [
            "\(sorted.count)", "\(least)", "\(sorted[sorted.count / 2])", "\(greatest)", JavaNumbers.text(average),
            JavaNumbers.text(deviation),
        ]
        return Array(columns.joined(separator: "\t").utf8)
    }

    var partials: [[UInt8]] {
        counts.sorted { TextAggregator.compare($0.key.span, $1.key.span) < 0 }.map {
            $0.key + Array("\t\($0.value)".utf8)
        }
    }
}
