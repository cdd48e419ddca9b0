/// The records of the sort benchmark: 100 bytes, of which the first ten are the key.
enum TeraRecord {
    static let length = 100
    static let keyLength = 10
}

/// Makes the records of `teragen`: the same for the same row, wherever it is made (Hadoop's GenSort and Random16, after
/// Chris Nyberg's gensort).
struct TeraRows {
    /// X' = a X + c, modulo 2 to the power of 128.
    private static let factor = UInt128(0x2360_ed05_1fc6_5da4) << 64 | 0x4385_df64_9fcc_f645
    private static let term = UInt128(0x4a69_6d47_7261_7952) << 64 | 0x4950_2020_2020_2001
    private static let digits = Array("0123456789ABCDEF".utf8)

    private var row: Int
    private var random: UInt128

    init(at row: Int) {
        self.row = row
        random = Self.random(after: row)
    }

    /// Appends the next record.
    mutating func append(to output: inout [UInt8]) {
        random = random &* Self.factor &+ Self.term
        let (random, row) = (random, UInt128(row))
        output.append(addingCapacity: TeraRecord.length) { room in
            for byte in 0..<TeraRecord.keyLength {
                room.append(UInt8(truncatingIfNeeded: random >> UInt128(120 - 8 * byte)))
            }
            room.append(0x00)
            room.append(0x11)
            for digit in 0..<32 { room.append(Self.digits[Int(row >> UInt128(124 - 4 * digit) & 0xf)]) }
            for byte: UInt8 in [0x88, 0x99, 0xaa, 0xbb] { room.append(byte) }
            for digit in 20..<32 {
                let filler = Self.digits[Int(random >> UInt128(124 - 4 * digit) & 0xf)]
                for _ in 0..<4 { room.append(filler) }
            }
            for byte: UInt8 in [0xcc, 0xdd, 0xee, 0xff] { room.append(byte) }
        }
        self.row += 1
    }

    /// The number that so many steps lead to from 0: the steps of each bit are taken together.
    private static func random(after steps: Int) -> UInt128 {
        var (factor, term) = (factor, term)
        var random: UInt128 = 0
        var rest = steps
        while rest > 0 {
            if rest & 1 == 1 { random = random &* factor &+ term }
            term = term &* (factor &+ 1)
            factor = factor &* factor
            rest >>= 1
        }
        return random
    }
}
