/// Finds the fields of a message in bytes. What it reads may be anything: every length and count is checked first.
public struct FieldReader: FieldCoder {
    public static let isReading = true

    static let depthLimit = 32

    private let bytes: [UInt8]
    private var place: Int
    /// Of the message that is being read, or the list in it.
    private var end: Int
    private var depth = 0
    private var lastTag = 0

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        place = range.lowerBound
        end = range.upperBound
    }

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
        guard let outer = try present(tag) else { return }
        value = Int64(zigzag: try lastVarint())
        leave(outer)
    }

    public mutating func field(_ tag: Int, _ value: inout Bool?) throws(WireError) {
        value = nil
        guard let outer = try present(tag) else { return }
        value = try lastVarint() != 0
        leave(outer)
    }

    public mutating func field(_ tag: Int, _ value: inout String?) throws(WireError) {
        value = nil
        guard let outer = try present(tag) else { return }
        value = try text(in: place..<end)
        leave(outer)
    }

    public mutating func field(_ tag: Int, _ value: inout [Int]) throws(WireError) {
        value = []
        guard try find(tag, kind: 1) else { return }
        let outer = try enter()
        value.reserveCapacity(varintCount)
        while place < end { value.append(Int(Int64(zigzag: try varint()))) }
        leave(outer)
    }

    public mutating func field(_ tag: Int, _ value: inout [UInt32]) throws(WireError) {
        value = []
        guard try find(tag, kind: 1) else { return }
        let outer = try enter()
        value.reserveCapacity(varintCount)
        while place < end {
            guard let number = UInt32(exactly: try varint()) else { throw .malformed }
            value.append(number)
        }
        leave(outer)
    }

    public mutating func field(_ tag: Int, _ value: inout [String]) throws(WireError) {
        value = []
        guard try find(tag, kind: 1) else { return }
        let outer = try enter()
        for _ in 0..<(try count()) { value.append(try text()) }
        leave(outer)
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout M) throws(WireError) {
        value = M()
        guard try find(tag, kind: 1) else {
            // The fields' own defaults, which may differ from those of `init`.
            let outer = try enter(place..<place)
            try value.read(from: &self)
            return leave(outer)
        }
        try read(&value)
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout M?) throws(WireError) {
        value = nil
        guard try find(tag, kind: 1) else { return }
        var message = M()
        try read(&message)
        value = message
    }

    public mutating func field<M: WireMessage>(_ tag: Int, _ value: inout [M]) throws(WireError) {
        value = []
        guard try find(tag, kind: 1) else { return }
        let outer = try enter()
        for _ in 0..<(try count()) {
            var message = M()
            try read(&message)
            value.append(message)
        }
        leave(outer)
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
        // Most are so short.
        if place < end, bytes[place] < 0x80 {
            place += 1
            return UInt64(bytes[place - 1])
        }
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

    /// Enters what follows the 1 of a value that may be nil; nil when the value is.
    private mutating func present(_ tag: Int) throws(WireError) -> Outer? {
        guard try find(tag, kind: 1) else { return nil }
        let outer = try enter()
        guard place < end, bytes[place] == 1 else { throw .malformed }
        place += 1
        return outer
    }

    /// A number behind which nothing follows.
    private mutating func lastVarint() throws(WireError) -> UInt64 {
        let number = try varint()
        guard place == end else { throw .malformed }
        return number
    }

    /// How many numbers are left, each of which has one last byte.
    private var varintCount: Int { bytes[place..<end].reduce(0) { $0 + ($1 < 0x80 ? 1 : 0) } }

    private mutating func read<M: WireMessage>(_ message: inout M) throws(WireError) {
        let outer = try enter()
        try message.read(from: &self)
        try finish()
        leave(outer)
    }

    /// What is gone on with when a message or list in it has been read.
    private struct Outer {
        let end: Int
        let lastTag: Int
    }

    /// The same reader reads what is nested: one for each would count references to the bytes all the time.
    private mutating func enter() throws(WireError) -> Outer { try enter(range()) }

    private mutating func enter(_ range: Range<Int>) throws(WireError) -> Outer {
        guard depth < Self.depthLimit else { throw .nestedTooDeep }
        let outer = Outer(end: end, lastTag: lastTag)
        (place, end) = (range.lowerBound, range.upperBound)
        lastTag = 0
        depth += 1
        return outer
    }

    private mutating func leave(_ outer: Outer) {
        place = end
        (end, lastTag) = (outer.end, outer.lastTag)
        depth -= 1
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
        try self.init(decoding: copy, copy.indices)
    }

    /// Reads the one message that is in the range.
    init(decoding bytes: [UInt8], _ range: Range<Int>) throws(WireError) {
        self.init()
        var reader = FieldReader(bytes, range)
        try read(from: &reader)
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
