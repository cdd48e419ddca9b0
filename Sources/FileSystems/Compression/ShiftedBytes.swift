internal import Records

/// The bytes that a file has from any of its bits on. Bits that make no whole byte at its end are left out.
struct ShiftedBytes {
    private let source: FileReader
    /// Bits of a byte that belong to the one before.
    private let shift: Int
    private var raw: [UInt8] = []

    /// - Parameter bit: From the file's beginning, the highest bit of a byte first.
    init(_ file: FileReader, from bit: Int) {
        source = file.section(offset: bit / 8, count: .max)
        shift = bit % 8
    }

    /// Appends at least one byte, unless the file is at its end.
    mutating func read(into buffer: inout [UInt8], limit: Int) throws {
        if shift == 0 {
            _ = try source.read(into: &buffer, limit: limit)
            return
        }
        // The last byte of a piece is the first of the next one.
        raw.removeFirst(max(0, raw.count - 1))
        while raw.count < 2, try source.read(into: &raw, limit: limit + 1) > 0 {}
        let count = max(0, raw.count - 1)
        let (bytes, shift) = (raw, shift)
        buffer.append(addingCapacity: count) { room in
            let span = bytes.span
            for index in 0..<count { room.append(span[index] << shift | span[index + 1] >> (8 - shift)) }
        }
    }
}
