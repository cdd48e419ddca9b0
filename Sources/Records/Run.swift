/// Sorted records as bytes: for each the lengths of key and value as varints, then both.
public enum Run {
    /// Bytes of a record's key and value together, at most: twice a line of ``LineDecoder``'s limit.
    @inlinable public static var recordLimit: Int { 2 << 30 }

    /// Appends a record.
    public static func append(key: Span<UInt8>, value: Span<UInt8>, to output: inout [UInt8]) {
        output.append(addingCapacity: headerLength(key.count, value.count) + key.count + value.count) { room in
            appendVarint(key.count, to: &room)
            appendVarint(value.count, to: &room)
            for index in key.indices { room.append(key[index]) }
            for index in value.indices { room.append(value[index]) }
        }
    }

    /// Bytes of the two lengths.
    @inline(__always)
    static func headerLength(_ keyLength: Int, _ valueLength: Int) -> Int {
        if keyLength | valueLength < 0x80 { return 2 }
        return varintLength(keyLength) + varintLength(valueLength)
    }

    private static func varintLength(_ value: Int) -> Int {
        max(1, (Int.bitWidth - value.leadingZeroBitCount + 6) / 7)
    }

    @inline(__always)
    private static func appendVarint(_ value: Int, to room: inout OutputSpan<UInt8>) {
        var rest = value
        while rest >= 0x80 {
            room.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        room.append(UInt8(truncatingIfNeeded: rest))
    }
}
