import Records
import Testing

@Suite struct KeyValueTests {
    @Test(arguments: [("a\tb\tc", 1), ("\tb", 0), ("abc", 3), ("", 0), ("a\t", 1)])
    func aKeyEndsAtTheFirstTab(line: String, end: Int) {
        #expect(KeyValue.keyEnd(of: bytes(line).span) == end)
    }
}

@Suite struct HashPartitionerTests {
    /// Worked out by the rule of WritableComparator.hashBytes: 1, then 31 × hash + byte with its sign, in 32 bits.
    @Test(
        arguments: [
            ([], 1), ([97], 128), ([104, 101, 108, 108, 111], 127_791_473), ([0xff], 30), ([0x80], -97),
            ([0xc3, 0xbc], 31 * (31 - 61) - 68),
        ] as [([UInt8], Int)])
    func theHashIsHadoops(key: [UInt8], hash: Int) {
        for count in [1, 2, 7, 10_000] {
            #expect(HashPartitioner.partition(key.span, of: count) == (hash & Int(Int32.max)) % count)
        }
    }

    @Test(arguments: 0..<50)
    func aLongKeyWrapsAround(seed: Int) {
        var random = Seeded(seed)
        let key = random.bytes(100, of: Array(0...255))
        let hash = key.reduce(Int64(1)) { (31 * $0 + Int64(Int8(bitPattern: $1))) & 0xffff_ffff }
        #expect(HashPartitioner.partition(key.span, of: 997) == Int(hash & 0x7fff_ffff) % 997)
    }
}
