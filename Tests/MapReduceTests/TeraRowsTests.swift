import Testing

@testable import MapReduce

@Suite struct TeraRowsTests {
    /// The first two records as gensort and Hadoop's teragen write them: their generator's first number spells JimGrayRIP.
    @Test func theFirstRecordsAreHadoops() {
        var rows = TeraRows(at: 0)
        var bytes: [UInt8] = []
        for _ in 0..<2 { rows.append(to: &bytes) }
        #expect(bytes.count == 200)
        #expect(
            text(bytes.prefix(100))
                == record(
                    "4a696d47726179524950", row: "0", "222200002222000022220000222200002222000000001111"))
        #expect(
            text(bytes.suffix(100))
                == record(
                    "95e0e48262b3edfe0447", row: "1", "9999444488885555CCCC777755555555BBBB666644446666"))
    }

    private func record(_ key: String, row: String, _ filler: String) -> String {
        let number = String(repeating: "0", count: 32 - row.count) + row
        return key + "0011" + text(number.utf8) + "8899aabb" + text(filler.utf8) + "ccddeeff"
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
