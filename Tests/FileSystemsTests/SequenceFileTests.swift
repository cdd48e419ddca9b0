import FileSystems
import Records
import SeededNumbers
import Testing

/// Hadoop's SequenceFiles, read and written.
@Suite struct SequenceFileTests {
    private typealias Record = (key: [UInt8], value: [UInt8])

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    // MARK: - By hand

    /// SEQ6, Text to IntWritable, a record, a sync, a record: as the classes' sources say.
    private static let header: [UInt8] =
        [0x53, 0x45, 0x51, 6, 25] + Array("org.apache.hadoop.io.Text".utf8) + [32]
        + Array("org.apache.hadoop.io.IntWritable".utf8) + [0, 0, 0, 0, 0, 0] + sync
    private static let sync = [UInt8](1...16)
    private static let first: [UInt8] = [0, 0, 0, 8, 0, 0, 0, 4, 3, 0x66, 0x6f, 0x78, 0, 0, 0, 7]
    private static let second: [UInt8] =
        [255, 255, 255, 255] + sync + [0, 0, 0, 6, 0, 0, 0, 2, 1, 0x61, 255, 255, 255, 255]

    @Test func aFileMadeByHandIsRead() throws {
        let path = try write(Self.header + Self.first + Self.second)
        let reader = try SequenceFileReader(path)
        #expect(reader.header.keyClass == Writable.text.className)
        #expect(reader.header.valueClass == Writable.int.className)
        #expect(reader.header.compression == .none)
        let found = try records(reader)
        #expect(found.map(\.key) == [[3, 0x66, 0x6f, 0x78], [1, 0x61]])
        #expect(found.map(\.value) == [[0, 0, 0, 7], [255, 255, 255, 255]])
    }

    /// A record belongs to the piece in which the last sync before it begins.
    @Test func eachPieceHasItsRecords() throws {
        let path = try write(Self.header + Self.first + Self.second)
        let sync = Self.header.count + Self.first.count
        func count(_ range: Range<Int>) throws -> Int { try records(SequenceFileReader(path, range)).count }
        #expect(try count(0..<sync) == 1)
        #expect(try count(sync..<sync + 1) == 1)
        #expect(try count(0..<sync + 1) == 2)
        #expect(try count(sync + 1..<sync + 46) == 0)
        #expect(try count(Self.header.count + 1..<sync + 46) == 1)
    }

    @Test func headersAreCodedAsTheyWere() throws {
        var header = SequenceFileHeader(
            keyClass: "a", valueClass: "b", .block, codecClass: "c", sync: Self.sync)
        header.metadata = [SequenceFileHeader.Entry(key: [1, 2], value: [])]
        let bytes = header.encoded
        for count in 0..<bytes.count {
            let part = Array(bytes[..<count])
            #expect(try SequenceFileHeader.decode(part.span) == nil)
        }
        let decoded = try #require(try SequenceFileHeader.decode(bytes.span))
        #expect(decoded.header == header && decoded.byteCount == bytes.count)
    }

    // MARK: - What was written is read

    private static let kinds: [(SequenceFileHeader.Compression, CompressionFormat)] =
        [(.none, .deflate)] + CompressionFormat.allCases.flatMap { [(.record, $0), (.block, $0)] }

    @Test(arguments: kinds) func whatIsWrittenIsRead(
        compression: SequenceFileHeader.Compression, format: CompressionFormat
    ) throws {
        var random = SplitMix64(seed: 3)
        let written = Self.records(300, largest: 3000, &random)
        let path = try write(written, compression, format)
        #expect(try same(records(SequenceFileReader(path)), written))
    }

    /// However it is cut, each record is in one piece.
    @Test(arguments: [SequenceFileHeader.Compression.none, .record, .block])
    func piecesTogetherAreTheWhole(compression: SequenceFileHeader.Compression) throws {
        var random = SplitMix64(seed: 5)
        for round in 0..<8 {
            let written = Self.records(2000, largest: 1 + round * 500, &random)
            let path = try write(written, compression)
            let length = try SequenceFileReader(path).fileLength
            var cuts = [0, length]
            for _ in 0..<random.below(12) { cuts.append(random.below(length)) }
            cuts = Set(cuts).sorted()
            var found: [Record] = []
            for (start, end) in zip(cuts, cuts.dropFirst()) {
                found += try records(SequenceFileReader(path, start..<end))
            }
            #expect(same(found, written), "\(compression), \(cuts)")
        }
    }

    @Test(arguments: [SequenceFileHeader.Compression.none, .record, .block])
    func cutsNearTheHeaderLoseNothing(compression: SequenceFileHeader.Compression) throws {
        var random = SplitMix64(seed: 9)
        let written = Self.records(20, largest: 10, &random)
        let path = try write(written, compression)
        let length = try SequenceFileReader(path).fileLength
        for cut in 1..<min(length, 250) {
            let found = try records(SequenceFileReader(path, 0..<cut)) + records(SequenceFileReader(path, cut..<length))
            #expect(same(found, written), "\(compression), cut at \(cut)")
        }
    }

    /// As gzip files may be, one member behind another.
    @Test func aValueOfSeveralMembersIsAllOfThem() throws {
        func member(_ text: String) throws -> [UInt8] {
            let file = try CompressedFileWriter("\(folder.path)/member.gz", .gzip)
            let bytes = Array(text.utf8)
            try file.write(bytes.span)
            try file.close()
            return try FileReader.readAll("\(folder.path)/member.gz", limit: 1 << 10)
        }
        let header = SequenceFileHeader(
            keyClass: "a", valueClass: "b", .record, codecClass: "org.apache.hadoop.io.compress.GzipCodec",
            sync: Self.sync)
        func path(_ value: [UInt8]) throws -> String {
            try write(header.encoded + [0, 0, 0, UInt8(value.count + 1), 0, 0, 0, 1, 9] + value)
        }
        let whole = try member("one ") + member("two")
        #expect(try records(SequenceFileReader(path(whole))).map(\.value) == [Array("one two".utf8)])
        for damaged in [whole + [1], Array(whole.dropLast()), []] {
            let error = try #require(throws: FileSystemError.self) { try records(SequenceFileReader(path(damaged))) }
            #expect(error.description.contains("in the record at byte \(header.encoded.count)"), "\(error)")
        }
    }

    /// A number of records or lengths that do not fit what is there, or more than a block may have.
    @Test(
        arguments: [
            (2, [1, 1], [7, 7], true), (1, [1, 1], [7, 7], false), (3, [1, 1], [7, 7], false), (0, [1], [7], false),
            (2, [1, 2], [7, 7], false), (2, [1, 0x87, 0], [7], false), (1, [0x8b, 0x7f, 0, 0, 0, 0], [7], false),
        ] as [(UInt8, [UInt8], [UInt8], Bool)])
    func whatABlockSaysOfItselfMustBeSo(count: UInt8, lengths: [UInt8], items: [UInt8], isSound: Bool) throws {
        func part(_ bytes: [UInt8]) throws -> [UInt8] {
            let file = try CompressedFileWriter("\(folder.path)/part", .deflate)
            try file.write(bytes.span)
            try file.close()
            let packed = try FileReader.readAll("\(folder.path)/part", limit: 1 << 10)
            return [UInt8(packed.count)] + packed
        }
        let header = SequenceFileHeader(
            keyClass: "a", valueClass: "b", .block, codecClass: "org.apache.hadoop.io.compress.DefaultCodec",
            sync: Self.sync)
        let items = try part(lengths) + part(items)
        let path = try write(header.encoded + [255, 255, 255, 255] + Self.sync + [count] + items + items)
        guard !isSound else { return #expect(try records(SequenceFileReader(path)).count == Int(count)) }
        let error = try #require(throws: FileSystemError.self) { try records(SequenceFileReader(path)) }
        #expect(error.description.contains("at byte \(header.encoded.count)"), "\(error)")
    }

    @Test func longAndEmptyRecordsAreRead() throws {
        let written: [Record] = [([], []), ([1], Array(repeating: 7, count: 9 << 20)), ([], [2])]
        for compression in SequenceFileHeader.Compression.allCases {
            #expect(same(try records(SequenceFileReader(try write(written, compression))), written))
        }
    }

    @Test func aFileWithoutRecordsIsRead() throws {
        for compression in SequenceFileHeader.Compression.allCases {
            #expect(try records(SequenceFileReader(try write([Record](), compression))).isEmpty)
        }
    }

    // MARK: - What is damaged

    @Test(arguments: [SequenceFileHeader.Compression.none, .record, .block])
    func whatIsCutShortIsNeverTakenForWhole(compression: SequenceFileHeader.Compression) throws {
        let written: [Record] = (0..<3).map { ([UInt8($0), 1], [2, 3]) }
        let whole = try FileReader.readAll(try write(written, compression), limit: 1 << 20)
        var shortened = 0
        for count in 0..<whole.count {
            let path = try write(Array(whole[..<count]))
            // Where it ends with a record it is whole, as far as anybody can tell.
            if let found = try? records(SequenceFileReader(path)) {
                #expect(found.count < written.count && same(found, Array(written[..<found.count])))
            } else {
                shortened += 1
            }
        }
        #expect(shortened >= whole.count - 4)
    }

    @Test func damageIsToldWithItsPlace() throws {
        func problem(_ change: (inout [UInt8]) -> Void) throws -> String {
            var bytes = Self.header + Self.first + Self.second
            change(&bytes)
            let path = try write(bytes)
            return try #require(throws: FileSystemError.self) { try records(SequenceFileReader(path)) }.description
        }
        let sync = Self.header.count + Self.first.count
        #expect(try problem { $0[0] = 0x54 }.contains("is no SequenceFile: it does not begin with SEQ"))
        #expect(try problem { $0[3] = 5 }.contains("it is of version 5, and 6 is known alone"))
        #expect(try problem { $0[4] = 0x80 }.contains("its header is damaged"))
        #expect(
            try problem { $0[sync + 5] = 0 }.contains("other bytes where the file's sync should stand, at byte \(sync)")
        )
        #expect(try problem { $0[Self.header.count] = 0x80 }.contains("cannot be, at byte \(Self.header.count)"))
        #expect(try problem { $0[Self.header.count + 7] = 9 }.contains("cannot be, at byte \(Self.header.count)"))
        #expect(try problem { $0.removeLast() }.contains("it ends within a record, at byte \(sync + 20)"))
        #expect(try problem { $0 = Array($0[..<20]) }.contains("it ends within its header"))
        #expect(try problem { $0 = [] }.contains("it ends within its header"))
    }

    @Test func anUnknownCodecIsRefused() throws {
        let header = SequenceFileHeader(
            keyClass: "a", valueClass: "b", .block, codecClass: "org.example.Codec", sync: Self.sync)
        let path = try write(header.encoded)
        let error = try #require(throws: FileSystemError.self) { try SequenceFileReader(path) }
        #expect(error.description.contains("is compressed with org.example.Codec, which is not known"))
    }

    // MARK: -

    private static func records(_ count: Int, largest: Int, _ random: inout SplitMix64) -> [Record] {
        (0..<count).map { _ in
            let key = (0..<random.below(20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            return (key, Array(repeating: UInt8(truncatingIfNeeded: random.next()), count: random.below(largest)))
        }
    }

    private func write(
        _ records: [Record], _ compression: SequenceFileHeader.Compression, _ format: CompressionFormat = .deflate
    ) throws -> String {
        let path = "\(folder.path)/file"
        let writer = try SequenceFileWriter(path, key: .bytes, value: .bytes, compression, format)
        for record in records { try writer.append(record.key.span, record.value.span) }
        try writer.close()
        #expect(writer.recordCount == records.count)
        return path
    }

    private func write(_ bytes: [UInt8]) throws -> String {
        try folder.write("file", bytes)
    }

    private func records(_ reader: SequenceFileReader) throws -> [Record] {
        var found: [Record] = []
        while try reader.next() {
            reader.withRecord { key, value in
                var record: Record = ([], [])
                record.key.append(key)
                record.value.append(value)
                found.append(record)
            }
        }
        return found
    }

    private func same(_ one: [Record], _ other: [Record]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { $0.key == $1.key && $0.value == $1.value }
    }
}
