/// Sorted records as bytes: for each the lengths of key and value as varints, then both.
///
/// A record that stands several times one after another is there once, behind ``repeatMark`` and its number as a varint: of the
/// words of a text, most are some that have been met before.
public enum Run {
    /// No length begins like that.
    @inlinable static var repeatMark: (UInt8, UInt8) { (0x80, 0x00) }
    /// How often one record may stand for, at most.
    @inlinable static var repeatLimit: Int { Int(Int32.max) }

    /// Bytes of a record's key and value together, at most.
    @inlinable public static var recordLimit: Int { Int(Int32.max) }

    /// Bytes of a length, at most: that of ``recordLimit``.
    @inlinable static var varintLimit: Int { 5 }

    /// Appends a record.
    @inlinable
    public static func append(key: Span<UInt8>, value: Span<UInt8>, to output: inout [UInt8]) {
        appendHeader(key.count, value.count, to: &output)
        output.append(key)
        output.append(value)
    }

    /// Appends how often the record stands that comes next.
    static func append(count: Int, to output: inout [UInt8]) {
        output.append(repeatMark.0)
        output.append(repeatMark.1)
        appendVarint(count, to: &output)
    }

    /// Appends the two lengths.
    @inlinable @inline(__always)
    public static func appendHeader(_ keyLength: Int, _ valueLength: Int, to output: inout [UInt8]) {
        guard keyLength | valueLength >= 0x80 else {
            output.append(UInt8(truncatingIfNeeded: keyLength))
            output.append(UInt8(truncatingIfNeeded: valueLength))
            return
        }
        appendVarint(keyLength, to: &output)
        appendVarint(valueLength, to: &output)
    }

    @inlinable
    static func appendVarint(_ value: Int, to output: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Where the key and the value of the record at `offset` lie, in bytes that ``append(key:value:to:)`` has written.
    @inlinable @inline(__always)
    static func ranges(at offset: Int, in bytes: Span<UInt8>) -> (key: Range<Int>, value: Range<Int>) {
        var place = offset
        let keyLength = varint(at: &place, in: bytes)
        let valueLength = varint(at: &place, in: bytes)
        let valueStart = place + keyLength
        return (place..<valueStart, valueStart..<valueStart + valueLength)
    }

    @inlinable @inline(__always)
    static func varint(at place: inout Int, in bytes: Span<UInt8>) -> Int {
        var byte = bytes[place]
        place += 1
        var value = Int(byte & 0x7f)
        var shift = 7
        while byte >= 0x80 {
            byte = bytes[place]
            place += 1
            value |= Int(byte & 0x7f) << shift
            shift += 7
        }
        return value
    }
}
