internal import FileSystems
internal import Records

/// Sorted records as a streaming program reads them: KEY TAB VALUE and a line end.
final class RecordLines {
    private static let chunk = 64 << 10

    private var mergers: [Merger<FileReader>]
    private var lastKey: [UInt8]?
    private(set) var recordCount = 0
    /// Of all lines so far.
    private(set) var byteCount = 0
    /// Different keys so far.
    private(set) var groupCount = 0

    /// - Parameter mergers: Read one after another.
    init(_ mergers: [Merger<FileReader>]) { self.mergers = mergers }

    /// A map's output, partition after partition: keys of different partitions differ, so groups stay whole.
    convenience init(mapOutput path: String) throws {
        let index = try MapOutputIndex(path)
        let whole = try FileReader(path)
        self.init(
            (0..<index.partitionCount).map { partition in
                let range = index.range(of: partition)
                return Merger([whole.section(offset: range.lowerBound, count: range.count)])
            })
    }

    /// Nil at the end.
    func next() throws -> [UInt8]? {
        var output: [UInt8] = []
        while output.count < Self.chunk, !mergers.isEmpty {
            guard try mergers[0].next() else {
                mergers.removeFirst()
                continue
            }
            mergers[0].withRecord { key, value in append(key, value, to: &output) }
        }
        byteCount += output.count
        return output.isEmpty ? nil : output
    }

    private func append(_ key: Span<UInt8>, _ value: Span<UInt8>, to output: inout [UInt8]) {
        recordCount += 1
        let start = output.count
        output.append(key)
        if lastKey.map({ $0[...] != output[start...] }) ?? true {
            groupCount += 1
            lastKey = Array(output[start...])
        }
        output.append(KeyValue.separator)
        output.append(value)
        output.append(UInt8(ascii: "\n"))
    }
}
