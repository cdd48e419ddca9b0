/// Appends the fields of a message to bytes.
public struct FieldWriter: FieldCoder {
    public static let isReading = false

    public private(set) var bytes: [UInt8]
    /// Of the message that is being written: a description that names its tags in another order could not be read.
    private var lastTag = 0

    init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    public mutating func field(_ tag: Int, _ value: inout UInt64) throws(WireError) {
        guard value != 0 else { return }
        key(tag, kind: 0)
        varint(value)
    }

    public mutating func field(_ tag: Int, _ value: inout [UInt8]) throws(WireError) {
        guard !value.isEmpty else { return }
        key(tag, kind: 1)
        append(value)
    }

    public mutating func field(_ tag: Int, _ value: inout String) throws(WireError) {
        guard !value.isEmpty else { return }
        key(tag, kind: 1)
        append(value)
    }

    public mutating func field(_ tag: Int, _ value: inout Int64?) throws(WireError) {
        guard let value else { return }
        present(tag) { $0.varint(value.zigzag) }
    }

    public mutating func field(_ tag: Int, _ value: inout Bool?) throws(WireError) {
        guard let value else { return }
        present(tag) { $0.varint(value ? 1 : 0) }
    }

    public mutating func field(_ tag: Int, _ value: inout String?) throws(WireError) {
        guard let value else { return }
        present(tag) { $0.bytes.append(contentsOf: value.utf8) }
    }

    public mutating func field(_ tag: Int, _ value: inout [Int]) throws(WireError) {
        guard !value.isEmpty else { return }
        nested(tag) { writer in for number in value { writer.varint(Int64(number).zigzag) } }
    }

    public mutating func field(_ tag: Int, _ value: inout [UInt32]) throws(WireError) {
        guard !value.isEmpty else { return }
        nested(tag) { writer in for number in value { writer.varint(UInt64(number)) } }
    }

    public mutating func field(_ tag: Int, _ value: inout [String]) throws(WireError) {
        guard !value.isEmpty else { return }
        try nested(tag) { (writer) throws(WireError) in
            writer.varint(UInt64(value.count))
            for text in value { writer.append(text) }
        }
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout M) throws(WireError) {
        let start = bytes.count
        try nested(tag) { (writer) throws(WireError) in try value.write(to: &writer) }
        // A message with all fields at their defaults is a default itself: its header and length go again.
        if bytes.last == 0, bytes.count - start == varintLength(UInt64(tag) << 1 | 1) + 1 {
            bytes.removeLast(bytes.count - start)
        }
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout M?) throws(WireError) {
        guard value != nil else { return }
        try nested(tag) { (writer) throws(WireError) in try value!.write(to: &writer) }
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout [M]) throws(WireError) {
        guard !value.isEmpty else { return }
        try nested(tag) { (writer) throws(WireError) in
            writer.varint(UInt64(value.count))
            for index in value.indices {
                // Written in its place, one of a million would first have all of them copied.
                var message = value[index]
                try writer.lengthPrefixed { (writer) throws(WireError) in try message.write(to: &writer) }
            }
        }
    }

    // MARK: - Pieces

    private mutating func key(_ tag: Int, kind: UInt64) {
        precondition(tag > lastTag, "tag \(tag) is named after tag \(lastTag)")
        lastTag = tag
        varint(UInt64(tag) << 1 | kind)
    }

    private mutating func nested<E: Error>(
        _ tag: Int, _ body: (inout FieldWriter) throws(E) -> Void
    ) throws(E) {
        key(tag, kind: 1)
        try lengthPrefixed(body)
    }

    /// A value that may be nil and is not: a 1 goes before it.
    private mutating func present(_ tag: Int, _ body: (inout FieldWriter) -> Void) {
        nested(tag) { writer in
            writer.bytes.append(1)
            body(&writer)
        }
    }

    /// The length is known only afterwards: one byte is kept free for it, and more are made if it needs more.
    private mutating func lengthPrefixed<E: Error>(_ body: (inout FieldWriter) throws(E) -> Void) throws(E) {
        let start = bytes.count
        let outerTag = lastTag
        bytes.append(0)
        lastTag = 0
        try body(&self)
        lastTag = outerTag
        let length = UInt64(bytes.count - start - 1)
        if length < 0x80 {
            bytes[start] = UInt8(length)
        } else {
            let room = varintLength(length)
            bytes.replaceSubrange(start...start, with: repeatElement(0, count: room))
            for index in 0..<room {
                let more: UInt8 = index < room - 1 ? 0x80 : 0
                bytes[start + index] = UInt8(truncatingIfNeeded: length >> UInt64(7 * index)) & 0x7f | more
            }
        }
    }

    private mutating func append(_ value: [UInt8]) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func append(_ value: String) {
        varint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private func varintLength(_ value: UInt64) -> Int { max(1, (70 - value.leadingZeroBitCount) / 7) }
}

extension WireMessage {
    /// The message's bytes, without a frame's length.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        // Most messages need no more, so that the array does not grow step by step.
        bytes.reserveCapacity(96)
        append(to: &bytes)
        return bytes
    }

    /// Appends the message's bytes, as in the body of a frame.
    public func append(to bytes: inout [UInt8]) {
        var writer = FieldWriter(appendingTo: bytes)
        bytes = []
        var message = self
        do {
            try message.write(to: &writer)
        } catch {
            preconditionFailure("a message that cannot be written: \(error)")
        }
        bytes = writer.take()
    }
}
