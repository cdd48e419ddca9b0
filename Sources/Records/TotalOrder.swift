/// Keys at which reducers' parts of the whole order begin (Hadoop's TotalOrderPartitioner).
public struct TotalOrder: Hashable, Sendable {
    private let cutPoints: [[UInt8]]
    private let prefixes: [UInt64]

    /// - Parameter cutPoints: The first key of each part but the first, in order.
    public init(_ cutPoints: [[UInt8]]) {
        self.cutPoints = cutPoints
        prefixes = cutPoints.map { KeyPrefix.of($0.span) }
    }

    /// How many cut points do not come after the key.
    public func partition(_ key: Span<UInt8>) -> Int {
        let prefix = KeyPrefix.of(key)
        var low = 0
        var high = prefixes.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(key, prefix, cutPoint: middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func isBefore(_ key: Span<UInt8>, _ prefix: UInt64, cutPoint: Int) -> Bool {
        if prefix != prefixes[cutPoint] { return prefix < prefixes[cutPoint] }
        let other = cutPoints[cutPoint]
        let isKnown = min(key.count, other.count) <= KeyPrefix.length
        return (isKnown ? key.count - other.count : KeyPrefix.compareRest(key, other.span)) < 0
    }
}
