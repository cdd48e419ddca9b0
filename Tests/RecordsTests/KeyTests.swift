import Records
import SeededNumbers
import Testing

@Suite struct KeyFieldsTests {
    @Test(arguments: [("a\tb\tc", 1, 2), ("\tb", 0, 1), ("abc", 3, 3), ("", 0, 0), ("a\t", 1, 2)])
    func aKeyEndsAtTheFirstTab(line: String, keyEnd: Int, valueStart: Int) {
        #expect(KeyFields.standard.split(bytes(line).span) == (keyEnd, valueStart))
    }

    /// What Hadoop's TextOutputReader makes of them: the separator that ends the key is in neither, the others are in it.
    @Test(
        arguments: [
            (".", 2, "a.b.c.d", "a.b", "c.d"), (".", 4, "a.b.c.d", "a.b.c.d", ""), (".", 4, "a.b.c.d.", "a.b.c.d", ""),
            (".", 9, "a.b", "a.b", ""), (".", 0, "a.b", "a", "b"), (".", 1, "..b", "", ".b"), (".", 2, "..b", ".", "b"),
            ("::", 1, "a:b::c::d", "a:b", "c::d"), ("::", 2, "a:::b::c", "a:::b", "c"), ("::", 1, "a:", "a:", ""),
            ("::", 1, "::", "", ""), ("ü", 1, "füg", "f", "g"),
        ])
    func soManyFieldsAreTheKey(separator: String, count: Int, line: String, key: String, value: String) {
        let (keyEnd, valueStart) = KeyFields(separator: bytes(separator), count: count).split(bytes(line).span)
        let line = bytes(line)
        #expect(String(decoding: line[..<keyEnd], as: UTF8.self) == key)
        #expect(String(decoding: line[valueStart...], as: UTF8.self) == value)
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
        var random = SplitMix64(seed: seed)
        let key = random.bytes(100, of: Array(0...255))
        let hash = key.reduce(Int64(1)) { (31 * $0 + Int64(Int8(bitPattern: $1))) & 0xffff_ffff }
        #expect(HashPartitioner.partition(key.span, of: 997) == Int(hash & 0x7fff_ffff) % 997)
    }
}
