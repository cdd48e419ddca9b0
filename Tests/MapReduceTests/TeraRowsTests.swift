import Testing

@testable import MapReduce

@Suite struct TeraRowsTests {
    /// The first two records as gensort and Hadoop's teragen write them: their generator's first number spells JimGrayRIP.
    @Test func theFirstRecordsAreHadoops() {
        var rows = TeraRows(at: 0)
        var bytes: [UInt8] = []
        for _ in 0..<2 { rows.append(to: &bytes) }
        let zeros = String(repeating: "30", count: 31)
        #expect(text(bytes.prefix(48)) == "4a696d477261795249500011" + zeros + "30" + "8899aabb")
        #expect(text(bytes[100..<148]) == "95e0e48262b3edfe04470011" + zeros + "31" + "8899aabb")
        #expect(bytes.count == 200 && Array(bytes.suffix(4)) == [0xcc, 0xdd, 0xee, 0xff])
    }

    @Test(arguments: [0, 1, 2, 3, 1000, 12_345, 1 << 40]) func aRowIsTheSameWhereverItIsMade(row: Int) {
        var (from, behind) = (TeraRows(at: row), TeraRows(at: row + 1))
        var (both, second): ([UInt8], [UInt8]) = ([], [])
        for _ in 0..<2 { from.append(to: &both) }
        behind.append(to: &second)
        #expect(Array(both.suffix(100)) == second)
    }

    private func text(_ bytes: some Collection<UInt8>) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
