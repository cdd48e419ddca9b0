import FileSystems
import Foundation
import SeededNumbers
import Testing

@testable import Records
@testable import Worker

/// Whatever is collected, with however little memory, comes out of the file sorted.
@Suite struct MapOutputBufferTests {
    private static let isLong = ProcessInfo.processInfo.environment["MARTLET_LONG_TESTS"] != nil

    @Test(arguments: 0..<(isLong ? 200 : 10))
    func whatComesOutIsWhatASortAtOnceGives(hundred: Int) throws {
        for seed in 50 * hundred..<50 * (hundred + 1) {
            var random = SplitMix64(seed: seed)
            let collection = RandomCollection(&random, isLong: Self.isLong)
            let found = try Self.withBuffer(collection.rules) { try collection.fill($0) }
            // Not the records, of which there may be 64 MiB.
            let isExpected = found.runs == collection.expected
            #expect(isExpected, "seed \(seed): \(collection.rules.order)")
            #expect(found.counts.written >= collection.records.count, "seed \(seed)")
        }
    }

    /// Sums of each key's values, whatever was summed when.
    @Test(arguments: 0..<20) func combinedRecordsAddUp(seed: Int) throws {
        var random = SplitMix64(seed: seed)
        var rules = SortRules(
            partitionCount: 3, order: .bytes, partitioner: .hash, memory: 400 + random.below(4000),
            threshold: 300, mergeFactor: 2 + random.below(3))
        rules.combiner = { LongSumTransform() }
        var sums: [[[UInt8]: Int]] = [[:], [:], [:]]
        let records = (0..<300).map { _ in
            (key: Array("key \(random.below(20))".utf8), value: random.below(1000))
        }
        for record in records {
            sums[Partitioner.hash.partition(record.key.span, of: 3)][record.key, default: 0] += record.value
        }
        let found = try Self.withBuffer(rules) { buffer in
            for record in records { try buffer.add(record.key.span, Array("\(record.value)".utf8).span) }
        }
        let expected = sums.map { sums in
            sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
                CollectedRecord(key: $0.key, value: Array("\($0.value)".utf8))
            }
        }
        #expect(found.runs == expected)
        // All of them once and what was left of them in each spill again.
        #expect(found.counts.combinerInput > 300)
        #expect(found.counts.combinerOutput < found.counts.combinerInput)
    }

    @Test func whatFitsIsWrittenOnceAndNeedsNoFolder() throws {
        let rules = SortRules(
            partitionCount: 1, order: .bytes, partitioner: .hash, memory: 1 << 20, threshold: 1 << 19, mergeFactor: 10)
        let found = try Self.withBuffer(rules, spills: false) { buffer in
            for number in 0..<100 { try buffer.add(Array("\(number)".utf8).span, [UInt8]().span) }
        }
        #expect(found.counts.written == 100)
    }

    /// Eight spills by threes: two, three and three are merged before the end.
    @Test func everyWritingOfARecordCounts() throws {
        // Eight bytes, two lengths, an entry and room to sort it.
        let size = 8 + 2 + 32
        var rules = SortRules(
            partitionCount: 1, order: .bytes, partitioner: .hash, memory: 30 * size, threshold: 10 * size,
            mergeFactor: 3)
        rules.findsRepeats = false
        let found = try Self.withBuffer(rules) { buffer in
            for number in 0..<80 { try buffer.add(Array("\(number + 10_000_000)".utf8).span, [UInt8]().span) }
        }
        #expect(found.runs[0].count == 80)
        #expect(found.counts.written == 80 + 20 + 30 + 30 + 80)
    }

    @Test func aRecordOfTheLimitPassesAndOneMoreByteDoesNot() throws {
        try MapOutputBuffer.check(byteCount: 2_147_483_647)
        let error = try #require(throws: RecordsError.self) { try MapOutputBuffer.check(byteCount: 2_147_483_648) }
        #expect(
            error.description == "a record has 2147483648 bytes: key and value together may have 2147483647")
    }

    /// Two gigabytes less a byte, on their way through the file, between two short ones.
    @Test(.enabled(if: isLong, "takes ten gigabytes of memory"))
    func theLongestRecordIsWrittenAndRead() throws {
        let rules = SortRules(
            partitionCount: 1, order: .bytes, partitioner: .hash, memory: 1 << 20, threshold: 1 << 19, mergeFactor: 10)
        let (value, nothing) = ([UInt8](repeating: UInt8(ascii: "v"), count: Run.recordLimit - 1), [UInt8]())
        let found = try Self.withBuffer(rules) { buffer in
            for key in ["c", "b", "a"] {
                try buffer.add(Array(key.utf8).span, key == "b" ? value.span : nothing.span)
            }
        }
        #expect(found.runs[0].map(\.key) == ["a", "b", "c"].map { Array($0.utf8) })
        let isWhole = found.runs[0][1].value == value
        #expect(isWhole)
    }

    @Test func whatGoesWrongOnTheThreadIsTold() throws {
        let rules = SortRules(
            partitionCount: 1, order: .bytes, partitioner: .hash, memory: 2000, threshold: 1000, mergeFactor: 10)
        let error = try #require(throws: FileSystemError.self) {
            _ = try Self.withBuffer(rules, limit: 700) { buffer in
                for number in 0..<1000 { try buffer.add(Array("\(number)".utf8).span, [UInt8]().span) }
            }
        }
        #expect(error.description.contains("its limit is 700"))
    }

    // MARK: - Buffers and what comes of them

    private static func withBuffer(
        _ rules: SortRules, limit: Int? = nil, spills: Bool = true, _ body: (MapOutputBuffer) throws -> Void
    ) throws -> (runs: [[CollectedRecord]], counts: SpillCounts) {
        let folder = NSTemporaryDirectory() + "/map-output-\(UUID().uuidString)"
        try LocalFileSystem.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let allowance = WriteAllowance(limit: limit, remedy: "raise it")
        let buffer = MapOutputBuffer(rules, allowance) {
            #expect(spills)
            return folder
        }
        try body(buffer)
        try buffer.finish("\(folder)/output")
        let output = try MapOutput("\(folder)/output")
        let runs = try (0..<output.partitionCount).map { try CollectedRecord.all(of: output.reader(of: $0)) }
        #expect(try LocalFileSystem.list(folder) == ["output"])
        return (runs, buffer.counts)
    }
}

struct CollectedRecord: Hashable {
    let key: [UInt8]
    let value: [UInt8]

    static func all(of file: FileReader) throws -> [CollectedRecord] {
        var reader = RunReader(file)
        var found: [CollectedRecord] = []
        while try reader.next() {
            reader.withRecord { key, value in
                let record = CollectedRecord(key: key.copy, value: value.copy)
                found += Array(repeating: record, count: reader.count)
            }
        }
        return found
    }
}

extension Span<UInt8> {
    fileprivate var copy: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(self)
        return bytes
    }
}
