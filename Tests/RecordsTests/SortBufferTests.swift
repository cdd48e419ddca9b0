import Records
import SeededNumbers
import Testing

@Suite struct SortBufferTests {
    /// Bytes over 127 sort behind the others; zeros and prefixes of each other are what the short comparison must not mix up.
    @Test(arguments: 0..<100)
    func recordsAreSortedByPartitionAndKeyAndStayInOrderOtherwise(seed: Int) throws {
        var random = SplitMix64(seed: seed)
        var buffer = SortBuffer(partitionCount: 3)
        var expected: [[Record]] = [[], [], []]
        for number in 0..<200 {
            let partition = random.below(3)
            // Keys around eight bytes, of which the first eight are compared as one number, and far longer ones.
            let shared = [[], bytes("shared"), bytes("shared-prefix")][random.below(3)]
            let key = shared + random.bytes(random.below(5), of: [0, 1, 97, 0x80, 0xff])
            let value = bytes("\(number)")
            buffer.append(partition: partition, key: key.span, value: value.span)
            expected[partition].append(Record(key, value))
        }
        buffer.sort()
        #expect((0..<3).reduce(0) { $0 + buffer.recordCount(of: $1) } == 200)
        for partition in 0..<3 {
            var given: [Record] = []
            buffer.forEach(partition: partition) { given.append(Record($0.array, $1.array)) }
            #expect(given == sorted(expected[partition]))
            #expect(buffer.recordCount(of: partition) == given.count)
            #expect(try records(of: encoded(buffer, partition)) == given)
        }
    }

    /// So many that they are dealt out byte by byte, in ways that are hard: few different keys, long beginnings that are
    /// shared, keys that are beginnings of others, zeros at ends, lengths around what an entry can say.
    @Test(arguments: 0..<40)
    func manyRecordsAreSortedToo(seed: Int) throws {
        var random = SplitMix64(seed: seed)
        let alphabet: [UInt8] = [[97], [0, 97], [0, 1, 97, 0x80, 0xff], Array(0...255)][random.below(4)]
        let keys = (0..<1 + random.below(60)).map { _ in
            let shared = [UInt8](repeating: 98, count: [0, 0, 7, 8, 9, 30][random.below(6)])
            return shared + random.bytes(random.below([3, 12, 40][random.below(3)]), of: alphabet)
        }
        var buffer = SortBuffer(partitionCount: 1)
        let written = (0..<1500).map { number in
            let isNew = random.below(5) == 0
            let key =
                isNew ? random.bytes(random.below(20), of: alphabet) : keys[random.below(keys.count)]
            return Record(key, bytes("\(number)"))
        }
        for record in written { buffer.append(partition: 0, key: record.key.span, value: record.value.span) }
        buffer.sort()
        #expect(try records(of: encoded(buffer, 0)) == sorted(written))
    }

    /// Few values, so that a record is often the same as the one before with its key, and often not.
    @Test(arguments: 0..<60)
    func repeatsAreKeptAsNumbersAndComeOutAsTheyCame(seed: Int) throws {
        var random = SplitMix64(seed: seed)
        var buffer = SortBuffer(partitionCount: 2, findsRepeats: true)
        let kinds = [3, 40, 3000][random.below(3)]
        let keys = (0..<kinds).map { _ in random.bytes(random.below(20), of: [0, 97, 98, 0xff]) }
        let values = 1 + random.below(3)
        var expected: [[Record]] = [[], []]
        for _ in 0..<4000 {
            // Long ones are none, and come between others of their keys.
            let rest = [UInt8](repeating: 120, count: random.below(30) == 0 ? 300 : 0)
            let record = Record(random.pick(keys) ?? [], bytes("\(random.below(values))") + rest)
            let partition = record.key.count % 2
            buffer.append(partition: partition, key: record.key.span, value: record.value.span)
            expected[partition].append(record)
        }
        buffer.sort()
        #expect(buffer.recordCount(of: 0) + buffer.recordCount(of: 1) == 4000)
        for partition in 0..<2 {
            var given: [Record] = []
            buffer.forEach(partition: partition) { given.append(Record($0.array, $1.array)) }
            #expect(given == sorted(expected[partition]))
            #expect(buffer.recordCount(of: partition) == given.count)
            #expect(try records(of: encoded(buffer, partition)) == given)
        }
    }

    @Test func repeatsAreNotLookedForWhereThereAreFew() throws {
        var buffer = SortBuffer(partitionCount: 1, findsRepeats: true)
        let written = (0..<5000).map { Record(bytes("key-\($0 * 7919 % 5000)"), bytes("v")) }
        for (number, record) in written.enumerated() {
            buffer.append(partition: 0, key: record.key.span, value: record.value.span)
            if number == 1000 { #expect(buffer.findsRepeats) }
        }
        #expect(!buffer.findsRepeats)
        // What comes behind is not counted any more, and stands behind what was.
        let first = written[0]
        buffer.append(partition: 0, key: first.key.span, value: first.value.span)
        buffer.sort()
        #expect(try records(of: encoded(buffer, 0)) == sorted(written + [written[0]]))
    }

    @Test func aRepeatTakesNoMemory() throws {
        var buffer = SortBuffer(partitionCount: 1, findsRepeats: true)
        let (key, value) = (bytes("key"), bytes("value"))
        for _ in 0..<100_000 { buffer.append(partition: 0, key: key.span, value: value.span) }
        buffer.sort()
        #expect(buffer.runByteCount < 20)
        #expect(try records(of: encoded(buffer, 0)) == Array(repeating: Record(key, value), count: 100_000))
    }

    /// Of few keys, too: what counts is whether records are the same.
    @Test func repeatsAreNotLookedForAmongManyValues() throws {
        var buffer = SortBuffer(partitionCount: 1, findsRepeats: true)
        let key = bytes("key")
        for number in 0..<70_000 {
            let value = [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
            buffer.append(partition: 0, key: key.span, value: value.span)
        }
        #expect(!buffer.findsRepeats)
        buffer.sort()
        #expect(buffer.recordCount(of: 0) == 70_000)
    }

    /// Each key is the beginning of the next: as deep as splits go, and deeper.
    @Test func keysThatAreBeginningsOfEachOtherAreSorted() throws {
        var random = SplitMix64(seed: 7)
        let written = (0..<900).map { _ in Record([UInt8](repeating: 97, count: random.below(600)), []) }
        var buffer = SortBuffer(partitionCount: 1)
        for record in written { buffer.append(partition: 0, key: record.key.span, value: record.value.span) }
        buffer.sort()
        #expect(try records(of: encoded(buffer, 0)) == sorted(written))
    }

    @Test func aRunComesInPiecesOfWholeRecords() throws {
        var buffer = SortBuffer(partitionCount: 1)
        for number in 10..<20 { buffer.append(partition: 0, key: bytes("\(number)").span, value: bytes("v").span) }
        buffer.sort()
        var pieces: [[Record]] = []
        try buffer.forEachPiece(partition: 0, pieceSize: 11) { pieces.append(try records(of: $0.array)) }
        #expect(pieces.map(\.count) == [3, 3, 3, 1])
        #expect(pieces.joined().map(\.key) == (10..<20).map { bytes("\($0)") })
    }

    private func encoded(_ buffer: SortBuffer, _ partition: Int) -> [UInt8] {
        var run: [UInt8] = []
        buffer.forEachPiece(partition: partition, pieceSize: 100) { run += $0.array }
        return run
    }

    @Test func longRecordsAreKeptWhole() throws {
        var buffer = SortBuffer(partitionCount: 1)
        let written = [300, 128, 20_000, 65_534, 65_535, 65_536].map {
            Record([UInt8](repeating: 5, count: $0), [UInt8](repeating: 6, count: $0))
        }
        for record in written { buffer.append(partition: 0, key: record.key.span, value: record.value.span) }
        buffer.sort()
        #expect(try records(of: encoded(buffer, 0)) == sorted(written))
    }

    @Test func aPartitionWithoutRecordsIsAnEmptyRun() {
        var buffer = SortBuffer(partitionCount: 1)
        buffer.sort()
        buffer.forEachPiece(partition: 0) { _ in Issue.record("there is no record") }
        #expect(buffer.recordCount(of: 0) == 0)
    }
}
