public import Records

/// The records of a SequenceFile, or of a piece of one: from the first sync in the piece to the first behind it, as Hadoop's
/// SequenceFileRecordReader reads them. It holds a record, or a block where blocks are compressed.
public final class SequenceFileReader {
    /// Bytes of a record, at most: what an `Int32` holds.
    private static let limit = Int(Int32.max)
    /// Bytes of the keys or values of a block, and of their lengths, at most. Hadoop's writers begin another at a million.
    private static let blockLimit = 1 << 30

    public let path: String
    public let header: SequenceFileHeader
    private let bytes: FileWindow
    /// Of the piece.
    private let end: Int
    private let unpacker: MemberUnpacker?
    private var block: SequenceFileBlock?
    private var packed: [UInt8] = []
    private var key: [UInt8] = []
    private var value: [UInt8] = []
    private var isAtEnd = false
    public private(set) var recordCount = 0

    /// - Parameter range: Bytes of the file; nil is all of it.
    /// - Throws: ``FileSystemError`` when it is no SequenceFile, or compressed with a class that nobody here knows.
    public init(_ path: String, _ range: Range<Int>? = nil) throws {
        self.path = path
        bytes = try FileWindow(path)
        header = try Self.readHeader(bytes)
        end = range?.upperBound ?? .max
        if header.compression == .none {
            unpacker = nil
        } else {
            guard let format = CompressionFormat(codecClass: header.codecClass) else {
                throw FileSystemError(.invalid, "\(path) is compressed with \(header.codecClass), which is not known")
            }
            unpacker = try FileSystemError.explaining(path, "cannot be decompressed") { () throws(CompressionError) in
                try MemberUnpacker(format)
            }
        }
        // What comes before the first sync is the first piece's, even where a piece begins within the header.
        if let start = range?.lowerBound, start > 0 { try seekSync(from: max(start, bytes.place)) }
    }

    /// Of the file when it was opened.
    public var fileLength: Int { bytes.length }
    /// Where what comes next begins.
    public var place: Int { bytes.place }

    /// Moves to the next record; false at the end of the piece.
    public func next() throws -> Bool {
        while !isAtEnd {
            if header.compression == .block {
                if try nextOfBlock() { return true }
            } else if try nextAlone() {
                return true
            }
        }
        return false
    }

    /// Lends the record, in the bytes of its classes; there is one after ``next()`` was true.
    public func withRecord<Result>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Result
    ) rethrows -> Result {
        let (key, value) = (key, value)
        return try body(key.span, value.span)
    }

    // MARK: - Records

    /// False when a sync has come in place of a record, or the end.
    private func nextAlone() throws -> Bool {
        let start = bytes.place
        guard try bytes.fill(4) else {
            try finish()
            return false
        }
        let length = bytes.takeInt32()
        if length == -1 {
            try takeSync(from: start)
            return false
        }
        guard try bytes.fill(4), length >= 0 else { throw damage(length < 0 ? .record : .truncated, start) }
        let keyLength = bytes.takeInt32()
        guard 0...length ~= keyLength else { throw damage(.record, start) }
        try take(keyLength, into: &key, start)
        if unpacker == nil {
            try take(length - keyLength, into: &value, start)
        } else {
            try take(length - keyLength, into: &packed, start)
            try unpack(into: &value, limit: Self.limit, start)
        }
        recordCount += 1
        return true
    }

    private func nextOfBlock() throws -> Bool {
        if block?.isAtEnd ?? true { try readBlock() }
        guard block?.isAtEnd == false else { return false }
        block?.next(key: &key, value: &value)
        recordCount += 1
        return true
    }

    private func readBlock() throws {
        block = nil
        let start = bytes.place
        guard try bytes.fill(4) else { return try finish() }
        guard bytes.takeInt32() == -1 else { throw damage(.sync, start) }
        try takeSync(from: start)
        if isAtEnd { return }
        let count = try takeCount(start)
        guard count <= Self.blockLimit / 5 else { throw damage(.record, start) }
        block = SequenceFileBlock(count: count, keys: try takeItems(count, start), values: try takeItems(count, start))
    }

    /// Their lengths, then themselves: both as many as they should be.
    private func takeItems(_ count: Int, _ start: Int) throws -> BlockItems {
        try take(try takeCount(start), into: &packed, start)
        var lengths: [UInt8] = []
        try unpack(into: &lengths, limit: 5 * count, start)
        guard let sum = BlockItems.sum(lengths, count: count), sum <= Self.blockLimit else {
            throw damage(.record, start)
        }
        try take(try takeCount(start), into: &packed, start)
        var items: [UInt8] = []
        try unpack(into: &items, limit: sum, start)
        guard items.count == sum else { throw damage(.record, start) }
        return BlockItems(lengths: lengths, bytes: items)
    }

    private func takeCount(_ start: Int) throws -> Int {
        guard try bytes.fill(1), try bytes.fill(bytes.varintLength) else { throw damage(.truncated, start) }
        guard let count = bytes.takeVarint(), 0...Int64(Self.limit) ~= count else { throw damage(.record, start) }
        return Int(count)
    }

    /// Behind an escape. The first one behind the piece is its end: there the next piece begins.
    private func takeSync(from start: Int) throws {
        guard try bytes.fill(SequenceFileHeader.syncLength) else { throw damage(.truncated, start) }
        let isSync = bytes.withRest { $0.begins(with: header.sync) }
        guard isSync else { throw damage(.sync, start) }
        bytes.skip(SequenceFileHeader.syncLength)
        if start >= end { isAtEnd = true }
    }

    /// Nothing is left, and nothing of a record.
    private func finish() throws {
        guard bytes.restCount == 0 else { throw damage(.truncated, bytes.place) }
        isAtEnd = true
    }

    private func take(_ count: Int, into part: inout [UInt8], _ start: Int) throws {
        // What a damaged length claims need not be read to the file's end.
        guard count <= bytes.length - bytes.place, try bytes.fill(count) else { throw damage(.truncated, start) }
        part.removeAll(keepingCapacity: true)
        bytes.take(count, into: &part)
    }

    /// What was taken last.
    private func unpack(into output: inout [UInt8], limit: Int, _ start: Int) throws {
        do throws(CompressionError) {
            try unpacker?.unpack(&packed, into: &output, limit: limit)
        } catch {
            let kind = header.compression == .block ? "block" : "record"
            throw FileSystemError(
                .invalid, "\(path) is no whole SequenceFile: \(error.reason), in the \(kind) at byte \(start)")
        }
    }

    // MARK: - The beginning

    private static func readHeader(_ bytes: FileWindow) throws -> SequenceFileHeader {
        var wanted = 1024
        while true {
            let isWhole = try !bytes.fill(wanted)
            do throws(SequenceFileError) {
                if let (header, count) = try bytes.withRest({ rest throws(SequenceFileError) in
                    try SequenceFileHeader.decode(rest)
                }) {
                    bytes.skip(count)
                    return header
                }
            } catch {
                throw FileSystemError(.invalid, "\(bytes.path) is no SequenceFile: \(error.text)")
            }
            guard !isWhole else {
                throw FileSystemError(.invalid, "\(bytes.path) is no SequenceFile: it ends within its header")
            }
            wanted *= 2
        }
    }

    /// Looks for a sync that begins at the place or behind it (SequenceFile.Reader.sync).
    private func seekSync(from start: Int) throws {
        try bytes.seek(start)
        let mark = SequenceFileHeader.escape + header.sync
        while try bytes.fill(mark.count) {
            let (place, isThere) = bytes.withRest { rest in
                var place = 0
                while place + mark.count <= rest.count {
                    if rest.extracting(place..<place + mark.count).isEqual(to: mark.span) { return (place, true) }
                    place += 1
                }
                return (place, false)
            }
            // A record at the place of a sync behind the end is another piece's.
            guard bytes.place < end else { break }
            bytes.skip(place)
            if isThere { return }
        }
        isAtEnd = true
    }

    private func damage(_ reason: SequenceFileError.Reason, _ place: Int) -> FileSystemError {
        FileSystemError(
            .invalid, "\(path) is no whole SequenceFile: \(SequenceFileError(reason).text), at byte \(place)")
    }
}

/// Records that were compressed together.
private struct SequenceFileBlock {
    private var left: Int
    private var keys: BlockItems
    private var values: BlockItems

    init(count: Int, keys: BlockItems, values: BlockItems) { (left, self.keys, self.values) = (count, keys, values) }

    var isAtEnd: Bool { left == 0 }

    mutating func next(key: inout [UInt8], value: inout [UInt8]) {
        left -= 1
        keys.next(&key)
        values.next(&value)
    }
}

private struct BlockItems {
    private let lengths: [UInt8]
    private let bytes: [UInt8]
    private var lengthPlace = 0
    private var place = 0

    /// - Parameters:
    ///   - lengths: As ``sum(_:count:)`` has found them sound.
    ///   - bytes: As many as their sum.
    init(lengths: [UInt8], bytes: [UInt8]) { (self.lengths, self.bytes) = (lengths, bytes) }

    /// Of so many lengths, which are all that there is; nil when they are not.
    static func sum(_ lengths: [UInt8], count: Int) -> Int? {
        var (sum, place) = (0, 0)
        for _ in 0..<count {
            guard let (length, end) = HadoopVarint.decode(lengths.span, at: place), 0...Int64(Int32.max) ~= length
            else {
                return nil
            }
            (sum, place) = (sum + Int(length), end)
        }
        return place == lengths.count ? sum : nil
    }

    mutating func next(_ item: inout [UInt8]) {
        guard let (length, end) = HadoopVarint.decode(lengths.span, at: lengthPlace) else { return }
        item.removeAll(keepingCapacity: true)
        item.append(bytes.span.extracting(place..<place + Int(length)))
        (lengthPlace, place) = (end, place + Int(length))
    }
}
