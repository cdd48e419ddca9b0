/// Appends the fields of a message to bytes.
public struct FieldWriter: FieldCoder {
    public private(set) var bytes: [UInt8]

    init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    public mutating func field(_ tag: Int, _ value: inout UInt64) throws(WireError) {
        guard value != 0 else { return }
        varint(UInt64(tag) << 1)
        varint(value)
    }

    public mutating func field(_ tag: Int, _ value: inout [UInt8]) throws(WireError) {
        guard !value.isEmpty else { return }
        varint(UInt64(tag) << 1 | 1)
        append(value)
    }

    public mutating func field(_ tag: Int, _ value: inout String) throws(WireError) {
        guard !value.isEmpty else { return }
        varint(UInt64(tag) << 1 | 1)
        append(value)
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
        try nested(tag) { (writer) throws(WireError) in try value.code(&writer) }
        // A message with all fields at their defaults is a default itself: its header and length go again.
        if bytes.last == 0, bytes.count - start == varintLength(UInt64(tag) << 1 | 1) + 1 {
            bytes.removeLast(bytes.count - start)
        }
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout M?) throws(WireError) {
        guard value != nil else { return }
        try nested(tag) { (writer) throws(WireError) in try value!.code(&writer) }
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout [M]) throws(WireError) {
        guard !value.isEmpty else { return }
        try nested(tag) { (writer) throws(WireError) in
            writer.varint(UInt64(value.count))
            for index in value.indices {
                try writer.lengthPrefixed { (writer) throws(WireError) in try value[index].code(&writer) }
            }
        }
    }

    // MARK: - Pieces

    private mutating func nested(
        _ tag: Int, _ body: (inout FieldWriter) throws(WireError) -> Void
    ) throws(WireError) {
        varint(UInt64(tag) << 1 | 1)
        try lengthPrefixed(body)
    }

    /// The length is known only afterwards: one byte is kept free for it, and more are made if it needs more.
    private mutating func lengthPrefixed(_ body: (inout FieldWriter) throws(WireError) -> Void) throws(WireError) {
        let start = bytes.count
        bytes.append(0)
        try body(&self)
        let length = UInt64(bytes.count - start - 1)
        if length < 0x80 {
            bytes[start] = UInt8(length)
        } else {
            bytes.replaceSubrange(start...start, with: varintBytes(length))
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

    private func varintBytes(_ value: UInt64) -> [UInt8] {
        var writer = FieldWriter(appendingTo: [])
        writer.varint(value)
        return writer.bytes
    }
}

extension WireMessage {
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    public func append(to bytes: inout [UInt8]) {
        var writer = FieldWriter(appendingTo: bytes)
        bytes = []
        var message = self
        do {
            try message.code(&writer)
        } catch {
            preconditionFailure("a message that cannot be written: \(error)")
        }
        bytes = writer.take()
    }
}
