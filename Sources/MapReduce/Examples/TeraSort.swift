internal import ClusterModel
internal import FileSystems
internal import Records

extension ExampleJob {
    static let teraSort = ExampleJob(
        name: "terasort", usage: "IN... OUT", meaning: "sort records of 100 bytes, part after part",
        step: { _ throws(StreamingError) in .records(TeraSort(), .bytes(TeraRecord.length)) },
        makeJob: { arguments in
            guard arguments.words.count >= 2 else { throw arguments.usage }
            let inputs = Array(arguments.words.dropLast())
            let splitSize = try arguments.splitSize(inputs, 1 << 20...TeraSort.splitLimit)
            let options = arguments.options(
                input: inputs, output: arguments.words[inputs.count], reducer: "IdentityReducer",
                standards: [
                    (.reduces, "\(arguments.reduces)"), (.splitSize, "\(splitSize)"), (.outputIsRaw, "true"),
                ])
            var job = try StreamingJob(StreamingArguments(parsing: options), mapper: arguments.mapper())
            job.specification.program.format.cutPoints = try TeraSample.cutPoints(of: job.specification)
            return job
        })
}

/// The first ten bytes are the key, the rest is the value (Hadoop's TeraSort).
struct TeraSort: Mapper {
    /// Bytes of a split: what a sort buffer of the standard size holds without a spill.
    static let splitLimit = 60_000_000

    func map(_ record: Span<UInt8>, into sink: any RecordSink) throws {
        try sink.add(
            record.extracting(0..<TeraRecord.keyLength),
            record.extracting(TeraRecord.keyLength..<TeraRecord.length), .both)
    }
}

/// Keys of the input, from places all over it, and those that cut it into equal parts (Hadoop's
/// TeraInputFormat.TeraFileSampler).
enum TeraSample {
    private static let placeCount = 40
    private static let recordsAtPlace = 1000

    /// The first key of each part but the first.
    static func cutPoints(of job: JobSpecification) throws -> [RecordFormat.CutPoint] {
        var keys = try (0..<placeCount).flatMap { try self.keys(at: $0, of: job) }
        keys.sort()
        guard job.reduceCount > 1, !keys.isEmpty else { return [] }
        return (1..<job.reduceCount).map { RecordFormat.CutPoint(key: bytes(keys[$0 * keys.count / job.reduceCount])) }
    }

    /// Of the places, which lie equally far apart in the order of the splits.
    private static func keys(at number: Int, of job: JobSpecification) throws -> [UInt128] {
        guard !job.splits.isEmpty else { return [] }
        let split = job.splits[number * job.splits.count / placeCount]
        let within = number * job.splits.count % placeCount * split.length / placeCount
        let start = (split.offset + within) / TeraRecord.length * TeraRecord.length
        let reader = try FileReader(FileURI(parsing: job.inputs[split.input]).path, offset: start)
        var records: [UInt8] = []
        _ = try reader.read(into: &records, limit: recordsAtPlace * TeraRecord.length)
        return (0..<records.count / TeraRecord.length).map { record in
            (0..<TeraRecord.keyLength).reduce(0) { $0 << 8 | UInt128(records[record * TeraRecord.length + $1]) }
        }
    }

    private static func bytes(_ key: UInt128) -> [UInt8] {
        (1...TeraRecord.keyLength).map { UInt8(truncatingIfNeeded: key >> UInt128(8 * (TeraRecord.keyLength - $0))) }
    }
}
