/// Writes or reads the fields of a message: one description of a message serves both directions.
///
/// A field is `varint(tag << 1 | kind)` and its value: kind 0 a varint, kind 1 a length and that many bytes. Tags ascend
/// within a message. A field at its default (0, false, empty, nil) is not written, and one whose tag the reader does not
/// ask for is skipped, so that older and newer versions understand each other.
///
/// Reading may meet any bytes, and throws a ``WireError`` for those that are no message. Writing throws only what
/// ``WireMessage/code(_:)`` itself throws.
public protocol FieldCoder {
    /// Whether fields are read; what is made of them afterwards need not be made when they are written.
    static var isReading: Bool { get }

    mutating func field(_ tag: Int, _ value: inout UInt64) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout Int64) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout Int) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout UInt32) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout UInt16) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout UInt8) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout Bool) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout String) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout [UInt8]) throws(WireError)

    mutating func field(_ tag: Int, _ value: inout Int?) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout Int64?) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout Bool?) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout String?) throws(WireError)

    mutating func field(_ tag: Int, _ value: inout [String]) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout [Int]) throws(WireError)
    mutating func field(_ tag: Int, _ value: inout [UInt32]) throws(WireError)

    mutating func field<M: WireMessage>(_ tag: Int, _ value: inout M) throws(WireError)
    mutating func field<M: WireMessage>(_ tag: Int, _ value: inout M?) throws(WireError)
    mutating func field<M: WireMessage>(_ tag: Int, _ value: inout [M]) throws(WireError)
    mutating func field<E: RawRepresentable>(_ tag: Int, _ value: inout E) throws(WireError)
    where E.RawValue == UInt8
}

/// What travels in frames.
public protocol WireMessage {
    /// Every field at its default.
    init()
    /// Names each field, in ascending order of tags.
    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError)

    /// ``code(_:)`` in one direction each, made for it: what is called by way of the protocol is compiled for coders of any
    /// type, and has to find out at each field of what type its coder is.
    mutating func write(to writer: inout FieldWriter) throws(WireError)
    mutating func read(from reader: inout FieldReader) throws(WireError)
}

extension WireMessage {
    public mutating func write(to writer: inout FieldWriter) throws(WireError) { try code(&writer) }
    public mutating func read(from reader: inout FieldReader) throws(WireError) { try code(&reader) }
}

// MARK: - Numbers

extension FieldCoder {
    /// Zigzag: small numbers of either sign take few bytes.
    public mutating func field(_ tag: Int, _ value: inout Int64) throws(WireError) {
        var raw = value.zigzag
        try field(tag, &raw)
        value = Int64(zigzag: raw)
    }

    public mutating func field(_ tag: Int, _ value: inout Int) throws(WireError) {
        var wide = Int64(value)
        try field(tag, &wide)
        value = Int(wide)
    }

    /// A number whose default is not 0: it is written as what it is more than that.
    public mutating func field(_ tag: Int, _ value: inout Int, standard: Int) throws(WireError) {
        var more = value &- standard
        try field(tag, &more)
        value = more &+ standard
    }

    /// nil is not written; a number is, one higher, so that 0 is no default. `Int.min` has no such number: it is read as nil.
    public mutating func field(_ tag: Int, _ value: inout Int?) throws(WireError) {
        var raw: UInt64 = value.map { Int64($0).zigzag &+ 1 } ?? 0
        try field(tag, &raw)
        guard raw > 0 else {
            value = nil
            return
        }
        value = Int(Int64(zigzag: raw - 1))
    }

    public mutating func field(_ tag: Int, _ value: inout UInt32) throws(WireError) { try narrow(tag, &value) }

    public mutating func field(_ tag: Int, _ value: inout UInt16) throws(WireError) { try narrow(tag, &value) }

    public mutating func field(_ tag: Int, _ value: inout UInt8) throws(WireError) { try narrow(tag, &value) }

    private mutating func narrow<N: FixedWidthInteger>(_ tag: Int, _ value: inout N) throws(WireError) {
        var wide = UInt64(value)
        try field(tag, &wide)
        guard let narrow = N(exactly: wide) else { throw .malformed }
        value = narrow
    }

    public mutating func field(_ tag: Int, _ value: inout Bool) throws(WireError) {
        var number: UInt64 = value ? 1 : 0
        try field(tag, &number)
        value = number != 0
    }

    /// One higher than the raw value, so that a raw value of 0 is no default.
    public mutating func field<E: RawRepresentable>(
        _ tag: Int, _ value: inout E
    ) throws(WireError) where E.RawValue == UInt8 {
        var raw = UInt64(value.rawValue) + 1
        try field(tag, &raw)
        // A message from before the field was made keeps the value that its `init` gives.
        guard raw > 0 else { return }
        guard let narrow = UInt8(exactly: raw - 1), let known = E(rawValue: narrow) else {
            throw .unknownCase(UInt8(truncatingIfNeeded: raw &- 1))
        }
        value = known
    }
}

extension Int64 {
    var zigzag: UInt64 { UInt64(bitPattern: self << 1) ^ UInt64(bitPattern: self >> 63) }

    init(zigzag raw: UInt64) { self = Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1) }
}
