/// Finds the fields of a message in bytes. What it reads may be anything: every length and count is checked first.
public struct FieldReader: FieldCoder {
    public static let isReading = true

    static let depthLimit = 32

    private let bytes: [UInt8]
    private var place: Int
    private let end: Int
    private let depth: Int
    private var lastTag = 0

    private init(_ bytes: [UInt8], _ range: Range<Int>, depth: Int) {
        self.bytes = bytes
        place = range.lowerBound
        end = range.upperBound
        self.depth = depth
    }

    init(_ bytes: [UInt8]) { self.init(bytes, bytes.indices, depth: 0) }

    public mutating func field(_ tag: Int, _ value: inout UInt64) throws(WireError) {
        value = 0
        guard try find(tag, kind: 0) else { return }
        value = try varint()
    }

    public mutating func field(_ tag: Int, _ value: inout [UInt8]) throws(WireError) {
        value = []
        guard try find(tag, kind: 1) else { return }
        value = Array(bytes[try range()])
    }

    public mutating func field(_ tag: Int, _ value: inout String) throws(WireError) {
        value = ""
        guard try find(tag, kind: 1) else { return }
        value = try text()
    }

    public mutating func field(_ tag: Int, _ value: inout Int64?) throws(WireError) {
        value = nil
        guard var inner = try present(tag) else { return }
        value = Int64(zigzag: try inner.lastVarint())
    }

    public mutating func field(_ tag: Int, _ value: inout Bool?) throws(WireError) {
        value = nil
        guard var inner = try present(tag) else { return }
        value = try inner.lastVarint() != 0
    }

    public mutating func field(_ tag: Int, _ value: inout String?) throws(WireError) {
        value = nil
        guard let inner = try present(tag) else { return }
        value = try text(in: inner.place..<inner.end)
    }

    public mutating func field(_ tag: Int, _ value: inout [Int]) throws(WireError) {
        value = []
        guard try find(tag, kind: 1) else { return }
        var list = try nested()
        value.reserveCapacity(list.varintCount)
        while list.place < list.end { value.append(Int(Int64(zigzag: try list.varint()))) }
    }

    public mutating func field(_ tag: Int, _ value: inout [UInt32]) throws(WireError) {
        value = []
        guard try find(tag, kind: 1) else { return }
        var list = try nested()
        value.reserveCapacity(list.varintCount)
        while list.place < list.end {
            guard let number = UInt32(exactly: try list.varint()) else { throw .malformed }
            value.append(number)
        }
    }

    public mutating func field(_ tag: Int, _ value: inout [String]) throws(WireError) {
        value = []
        guard try find(tag, kind: 1) else { return }
        var list = try nested()
        for _ in 0..<(try list.count()) { value.append(try list.text()) }
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout M) throws(WireError) {
        value = M()
        guard try find(tag, kind: 1) else {
            // The fields' own defaults, which may differ from those of `init`.
            var nothing = FieldReader(bytes, end..<end, depth: try deeper())
            return try value.code(&nothing)
        }
        try value.readAll(nested())
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout M?) throws(WireError) {
        value = nil
        guard try find(tag, kind: 1) else { return }
        var message = M()
        try message.readAll(nested())
        value = message
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout [M]) throws(WireError) {
        value = []
        guard try find(tag, kind: 1) else { return }
        var list = try nested()
        for _ in 0..<(try list.count()) {
            var message = M()
            try message.readAll(list.nested())
            value.append(message)
        }
    }

    // MARK: - Pieces

    /// Moves on to the field; false, and no further than the next higher tag, when it is not there.
    private mutating func find(_ tag: Int, kind: UInt64) throws(WireError) -> Bool {
        while place < end {
            let before = place
            let key = try varint()
            guard let found = Int(exactly: key >> 1), found > lastTag else { throw .malformed }
            if found > tag {
                place = before
                return false
            }
            lastTag = found
            if found == tag {
                guard key & 1 == kind else { throw .malformed }
                return true
            }
            if key & 1 == 0 { _ = try varint() } else { place = try range().upperBound }
        }
        return false
    }

    private mutating func varint() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < end {
            let byte = bytes[place]
            place += 1
            guard shift < 63 || (shift == 63 && byte <= 1) else { throw .malformed }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .truncated
    }

    /// The bytes after a length; the reader stands behind them afterwards.
    private mutating func range() throws(WireError) -> Range<Int> {
        let announced = try varint()
        guard let length = Int(exactly: announced), length <= end - place else { throw .truncated }
        defer { place += length }
        return place..<place + length
    }

    /// Every element takes a byte at least, so a count beyond the bytes that are left is a lie.
    private mutating func count() throws(WireError) -> Int {
        let announced = try varint()
        guard let count = Int(exactly: announced), count <= end - place else { throw .truncated }
        return count
    }

    private mutating func text() throws(WireError) -> String { try text(in: range()) }

    private func text(in range: Range<Int>) throws(WireError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes.span.extracting(range)))
        } catch {
            throw .invalidText
        }
    }

    /// What follows the 1 of a value that may be nil; nil when the value is.
    private mutating func present(_ tag: Int) throws(WireError) -> FieldReader? {
        guard try find(tag, kind: 1) else { return nil }
        var inner = try nested()
        guard inner.place < inner.end, bytes[inner.place] == 1 else { throw .malformed }
        inner.place += 1
        return inner
    }

    /// A number behind which nothing follows.
    private mutating func lastVarint() throws(WireError) -> UInt64 {
        let number = try varint()
        guard place == end else { throw .malformed }
        return number
    }

    /// How many numbers are left, each of which has one last byte.
    private var varintCount: Int { bytes[place..<end].reduce(0) { $0 + ($1 < 0x80 ? 1 : 0) } }

    private mutating func nested() throws(WireError) -> FieldReader {
        FieldReader(bytes, try range(), depth: try deeper())
    }

    private func deeper() throws(WireError) -> Int {
        guard depth < Self.depthLimit else { throw .nestedTooDeep }
        return depth + 1
    }

    /// Reads to the end, so that a message cut short or padded with nonsense is noticed.
    mutating func finish() throws(WireError) {
        _ = try find(Int.max, kind: 0)
    }
}

extension WireMessage {
    /// Reads the one message that `bytes` are.
    ///
    /// - Throws: ``WireError``, if they are none.
    public init(decoding bytes: Span<UInt8>) throws(WireError) {
        let copy = [UInt8](copying: bytes)
        self.init()
        try readAll(FieldReader(copy))
    }

    mutating func readAll(_ reader: FieldReader) throws(WireError) {
        var reader = reader
        try code(&reader)
        try reader.finish()
    }
}

extension [UInt8] {
    /// A copy, made in bulk.
    init(copying span: Span<UInt8>) {
        self.init(capacity: span.count) { room in
            for index in span.indices { room.append(span[index]) }
        }
    }
}
