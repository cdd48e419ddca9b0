/// Makes fewer records of each group of sorted ones, while they are written (Hadoop's CombinerRunner).
public struct RecordCombiner {
    /// Bytes that are made before they are taken over.
    private static let batchSize = 64 << 10

    private let make: @Sendable () -> any RecordTransform
    private var transform: any RecordTransform
    private var groups: KeyGroups
    private var batch = RecordBatch()
    public private(set) var inputCount = 0
    public private(set) var outputCount = 0

    /// - Parameter make: Makes a transform that keeps keys; see ``RecordTransform/keepsKeys``.
    public init(_ order: KeyOrder, _ make: @escaping @Sendable () -> any RecordTransform) {
        self.make = make
        transform = make()
        groups = KeyGroups(order)
    }

    /// Takes the next record; what has been made so far may be appended to the run.
    public mutating func take(_ key: Span<UInt8>, _ value: Span<UInt8>, into run: inout [UInt8]) throws {
        inputCount += 1
        let isFirst = groups.begins(with: key)
        let key = groups.key
        try transform.take(key.span, value, isFirst: isFirst, into: &batch)
        if batch.byteCount >= Self.batchSize { drain(into: &run) }
    }

    /// Appends what is left; another partition may follow.
    public mutating func finish(into run: inout [UInt8]) throws {
        try transform.finish(into: &batch)
        drain(into: &run)
        groups.end()
        transform = make()
    }

    private mutating func drain(into run: inout [UInt8]) {
        batch.forEach { key, value, _ in
            Run.append(key: key, value: value, to: &run)
            outputCount += 1
        }
        batch.removeAll()
    }
}
