internal import Records

extension ExampleJob {
    static let teraGen = ExampleJob(
        name: "teragen", usage: "ROWS OUT", meaning: "records of 100 bytes to sort, the same as Hadoop's",
        step: { _ throws(StreamingError) in NativeStep(.bytes(TeraRecord.length)) { .generating(TeraGen()) } },
        makeJob: { arguments in
            let words = try arguments.words(2)
            guard let rows = Int(words[0]), (0...TeraGen.rowLimit).contains(rows) else {
                throw StreamingError("'\(words[0])' is no number of rows: write one from 0 to \(TeraGen.rowLimit)")
            }
            let options = arguments.options(
                input: [], output: words[1], reducer: "NONE", standards: [(.outputIsRaw, "true")])
            return try StreamingJob(
                StreamingArguments(parsing: options), mapper: arguments.mapper(),
                rows: (rows, parts: arguments.parts(rows, least: TeraGen.leastRows)))
        })
}

/// Hadoop's TeraGen.SortGenMapper.
final class TeraGen: GeneratingWork {
    /// Bytes of them all still are a number.
    static let rowLimit = Int.max / TeraRecord.length
    /// Of a map, when there are enough.
    static let leastRows = 500_000

    func generate(_ range: Range<Int>, into sink: any RecordSink) throws {
        var rows = TeraRows(at: range.lowerBound)
        var bytes: [UInt8] = []
        for _ in range {
            bytes.removeAll(keepingCapacity: true)
            rows.append(to: &bytes)
            let (key, value) = (0..<TeraRecord.keyLength, TeraRecord.keyLength..<bytes.count)
            try sink.add(bytes.span.extracting(key), bytes.span.extracting(value), .both)
        }
    }
}
