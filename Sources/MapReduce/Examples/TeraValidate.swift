internal import ClusterModel
internal import FileSystems
internal import Records

extension ExampleJob {
    static let teraValidate = ExampleJob(
        name: "teravalidate", usage: "IN OUT",
        meaning: "say where records of 100 bytes are out of order, and their checksum",
        step: { _ throws(StreamingError) in NativeStep(.bytes(TeraRecord.length)) { .records(TeraValidate()) } },
        reducer: { TeraValidateReducer() },
        makeJob: { arguments in
            let words = try arguments.words(2)
            var options = arguments.options(
                input: [words[0]], output: words[1], reducer: "IdentityReducer", standards: [])
            // Whatever was asked for: a file is looked at from its first key to its last, and all files by one.
            for (property, value) in [(Property.reduces, 1), (.splitSize, Int.max)] {
                options += ["-D", "\(property.name)=\(value)"]
            }
            var job = try StreamingJob(StreamingArguments(parsing: options), mapper: arguments.mapper())
            job.specification.program.reducer = arguments.mapper()
            return job
        })
}

/// Tells of one file its first and last key, its checksum, and each place where a key comes after a greater one (Hadoop's
/// TeraValidate.ValidateMapper).
final class TeraValidate: RecordWork {
    static let checksum = Array("checksum".utf8)
    static let error = Array("error".utf8)

    private var name = ""
    private var last: [UInt8] = []
    private var sum: UInt128 = 0

    func begin(_ split: SplitName) {
        // Paths sort as the parts they are.
        name = split.uri
    }

    func take(_ records: Span<UInt8>, into sink: any RecordSink) throws {
        var start = 0
        while start < records.count {
            let record = records.extracting(start..<start + TeraRecord.length)
            try check(record.extracting(0..<TeraRecord.keyLength), into: sink)
            sum &+= UInt128(CRC32.of(record))
            start += TeraRecord.length
        }
    }

    private func check(_ key: Span<UInt8>, into sink: any RecordSink) throws {
        let before = last
        if before.isEmpty {
            try add("\(name):begin", key, to: sink)
        } else if before.span.compare(to: key) > 0 {
            let message = Array(
                "misorder in \(name) between \(TeraKey.text(before.span)) and \(TeraKey.text(key))".utf8)
            try sink.add(Self.error.span, message.span, .both)
        }
        last.removeAll(keepingCapacity: true)
        last.append(key)
    }

    func finish(into sink: any RecordSink) throws {
        let last = last
        if !last.isEmpty { try add("\(name):end", last.span, to: sink) }
        let text = Array(String(sum, radix: 16).utf8)
        try sink.add(Self.checksum.span, text.span, .both)
    }

    private func add(_ name: String, _ key: Span<UInt8>, to sink: any RecordSink) throws {
        let (name, text) = (Array(name.utf8), Array(TeraKey.text(key).utf8))
        try sink.add(name.span, text.span, .both)
    }
}

/// Sees that each file begins where the one before it ended, and adds up the checksums (TeraValidate.ValidateReducer).
struct TeraValidateReducer: RecordTransform {
    private var sum: UInt128 = 0
    private var isSumKnown = false
    private var last: (name: String, key: String)?

    mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        if key.isEqual(to: TeraValidate.checksum.span) {
            guard let part = UInt128(Self.text(value), radix: 16) else {
                throw StreamingError("'\(Self.text(value))' is no checksum")
            }
            sum &+= part
            isSumKnown = true
        } else if key.isEqual(to: TeraValidate.error.span) {
            batch.append(key, value)
        } else {
            check(Self.text(key), Self.text(value), into: &batch)
        }
    }

    /// Keys in hexadecimal sort as their bytes do.
    private mutating func check(_ name: String, _ key: String, into batch: inout RecordBatch) {
        if let last, name.hasSuffix(":begin"), key < last.key {
            let message = Array("bad key partitioning: \(last.name) \(last.key), \(name) \(key)".utf8)
            batch.append(TeraValidate.error.span, message.span)
        }
        last = (name, key)
    }

    mutating func finish(into batch: inout RecordBatch) throws {
        guard isSumKnown else { return }
        let text = Array(String(sum, radix: 16).utf8)
        batch.append(TeraValidate.checksum.span, text.span)
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}

enum TeraKey {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two hexadecimal digits a byte.
    static func text(_ key: Span<UInt8>) -> String {
        String(
            decoding: key.indices.flatMap { [digits[Int(key[$0] >> 4)], digits[Int(key[$0] & 0xf)]] }, as: UTF8.self)
    }
}
