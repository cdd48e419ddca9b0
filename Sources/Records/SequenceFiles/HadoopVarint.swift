/// Whole numbers in one to nine bytes, the highest first (Hadoop's WritableUtils.writeVLong).
public enum HadoopVarint {
    public static func append(_ value: Int64, to bytes: inout [UInt8]) {
        if -112...127 ~= value { return bytes.append(UInt8(truncatingIfNeeded: value)) }
        let size = value < 0 ? ~value : value
        let count = (Int64.bitWidth - size.leadingZeroBitCount + 7) / 8
        bytes.append(UInt8(truncatingIfNeeded: (value < 0 ? -120 : -112) - count))
        for place in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: size >> (8 * place))) }
    }

    /// Of the number that begins with this byte, itself included.
    public static func length(_ first: UInt8) -> Int {
        let first = Int(Int8(bitPattern: first))
        return first >= -112 ? 1 : first >= -120 ? -111 - first : -119 - first
    }

    /// The number that begins at a place, and where it ends; nil when it does not end within the bytes.
    public static func decode(_ bytes: Span<UInt8>, at start: Int) -> (value: Int64, end: Int)? {
        guard start < bytes.count else { return nil }
        let end = start + length(bytes[start])
        guard end <= bytes.count else { return nil }
        let first = Int8(bitPattern: bytes[start])
        if end == start + 1 { return (Int64(first), end) }
        var size: Int64 = 0
        for place in start + 1..<end { size = size << 8 | Int64(bytes[place]) }
        return (first < -120 ? ~size : size, end)
    }

    /// The same for a number of bytes or records: nil as well when it is negative or more than an `Int32` holds, as Hadoop's
    /// are.
    static func decodeCount(_ bytes: Span<UInt8>, at start: Int) -> (value: Int, end: Int)? {
        guard let (value, end) = decode(bytes, at: start), 0...Int64(Int32.max) ~= value else { return nil }
        return (Int(value), end)
    }
}
