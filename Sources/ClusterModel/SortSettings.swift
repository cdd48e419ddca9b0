/// How map output is sorted, with Hadoop's defaults.
public struct SortSettings: Hashable, Sendable {
    public static let memoryBounds = 1...2047
    public static let spillBounds = 1...1000
    public static let mergeFactorBounds = 2...1000

    /// MiB of a map's output that are collected and sorted in memory (`mapreduce.task.io.sort.mb`).
    public var memory = 100
    /// Thousandths of them after which they are written to disk (`mapreduce.map.sort.spill.percent`).
    public var spillThousandths = 800
    /// Sorted pieces that are merged at once (`mapreduce.task.io.sort.factor`).
    public var mergeFactor = 10

    public init() {}

    /// Why no map can sort so; nil when it can.
    func refusal() -> String? {
        let values = [
            (memory, Self.memoryBounds, "mapreduce.task.io.sort.mb"),
            (spillThousandths, Self.spillBounds, "mapreduce.map.sort.spill.percent in thousandths"),
            (mergeFactor, Self.mergeFactorBounds, "mapreduce.task.io.sort.factor"),
        ]
        guard let (value, bounds, name) = values.first(where: { !$0.1.contains($0.0) }) else { return nil }
        return "\(value) is no \(name) between \(bounds.lowerBound) and \(bounds.upperBound)"
    }
}
