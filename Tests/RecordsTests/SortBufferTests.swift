import Records
import Testing

@Suite struct SortBufferTests {
    /// Bytes over 127 sort behind the others; zeros and prefixes of each other are what the short comparison must not mix up.
    @Test(arguments: 0..<100)
    func recordsAreSortedByPartitionAndKeyAndStayInOrderOtherwise(seed: Int) throws {
        var random = Seeded(seed)
        var buffer = SortBuffer(partitionCount: 3)
        var expected: [[Record]] = [[], [], []]
        for number in 0..<200 {
            let partition = random.number(below: 3)
            // Keys around eight bytes, of which the first eight are compared as one number, and far longer ones.
            let shared = [[], bytes("shared"), bytes("shared-prefix")][random.number(below: 3)]
            let key = shared + random.bytes(random.number(below: 5), of: [0, 1, 97, 0x80, 0xff])
            let value = bytes("\(number)")
            buffer.append(partition: partition, key: key.span, value: value.span)
            expected[partition].append(Record(key, value))
        }
        buffer.sort()
        #expect(buffer.recordCount == 200)
        for partition in 0..<3 {
            var given: [Record] = []
            buffer.forEach(partition: partition) { given.append(Record($0.array, $1.array)) }
            #expect(given == sorted(expected[partition]))
            var run: [UInt8] = []
            buffer.encodeRun(partition: partition, into: &run)
            #expect(try records(of: run) == given)
        }
    }

    @Test func aRunIsAppendedToWhatIsThere() throws {
        var buffer = SortBuffer(partitionCount: 1)
        buffer.append(partition: 0, key: bytes("k").span, value: bytes("v").span)
        var output = run([Record(bytes("a"), [])])
        buffer.encodeRun(partition: 0, into: &output)
        #expect(try records(of: output) == [Record(bytes("a"), []), Record(bytes("k"), bytes("v"))])
    }

    @Test func longRecordsAreKeptWhole() throws {
        var buffer = SortBuffer(partitionCount: 1)
        let written = [300, 128, 20_000].map {
            Record([UInt8](repeating: 5, count: $0), [UInt8](repeating: 6, count: $0))
        }
        for record in written { buffer.append(partition: 0, key: record.key.span, value: record.value.span) }
        buffer.sort()
        var run: [UInt8] = []
        buffer.encodeRun(partition: 0, into: &run)
        #expect(try records(of: run) == sorted(written))
    }

    @Test func anEmptiedBufferIsLikeNew() {
        var buffer = SortBuffer(partitionCount: 2)
        #expect(buffer.byteCount == 0)
        buffer.append(partition: 1, key: bytes("key").span, value: bytes("value").span)
        #expect(buffer.byteCount >= 8)
        buffer.removeAll()
        #expect((buffer.byteCount, buffer.recordCount, buffer.partitionCount) == (0, 0, 2))
        buffer.forEach(partition: 1) { _, _ in Issue.record("there is no record") }
    }

    @Test func aPartitionWithoutRecordsIsAnEmptyRun() {
        var buffer = SortBuffer(partitionCount: 1)
        buffer.sort()
        var run: [UInt8] = []
        buffer.encodeRun(partition: 0, into: &run)
        #expect(run.isEmpty)
    }
}
