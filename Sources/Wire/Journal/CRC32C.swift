/// CRC-32C (Castagnoli), as iSCSI (RFC 3720, appendix B.4) and ext4 use it: eight bytes a step by eight tables.
public struct CRC32C: Sendable {
    private static let polynomial: UInt32 = 0x82f6_3b78
    private static let tables = makeTables()

    private var state: UInt32 = ~0

    public init() {}

    /// Of all bytes so far.
    public var value: UInt32 { ~state }

    public static func of(_ bytes: Span<UInt8>) -> UInt32 {
        var sum = CRC32C()
        sum.add(bytes)
        return sum.value
    }

    public mutating func add(_ bytes: Span<UInt8>) {
        let tables = Self.tables.span
        var crc = state
        var place = 0
        while place + 8 <= bytes.count {
            let low = crc ^ word(bytes, place)
            let high = word(bytes, place + 4)
            crc =
                tables[Int(7 << 8 | low & 0xff)] ^ tables[Int(6 << 8 | low >> 8 & 0xff)]
                ^ tables[Int(5 << 8 | low >> 16 & 0xff)] ^ tables[Int(4 << 8 | low >> 24)]
            crc ^=
                tables[Int(3 << 8 | high & 0xff)] ^ tables[Int(2 << 8 | high >> 8 & 0xff)]
                ^ tables[Int(1 << 8 | high >> 16 & 0xff)] ^ tables[Int(high >> 24)]
            place += 8
        }
        while place < bytes.count {
            crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[place])) & 0xff)]
            place += 1
        }
        state = crc
    }

    private func word(_ bytes: Span<UInt8>, _ place: Int) -> UInt32 {
        UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
            | UInt32(bytes[place + 3]) << 24
    }

    /// Table n holds what a byte becomes that n further bytes follow.
    private static func makeTables() -> [UInt32] {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
            tables[byte] = crc
        }
        for place in 256..<tables.count {
            let last = tables[place - 256]
            tables[place] = last >> 8 ^ tables[Int(last & 0xff)]
        }
        return tables
    }
}
