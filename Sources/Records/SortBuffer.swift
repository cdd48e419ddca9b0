/// Records on their way to reducers: collected as they come, then sorted by partition and key (Hadoop's
/// MapTask.MapOutputBuffer).
///
/// All bytes lie in one array, each record already as a ``Run`` holds it; beside it a record is an entry of 16 bytes with
/// the first eight bytes of its key, so that most of the sorting touches the entries alone.
///
/// Where many records are the same, each is there once, with the number of them in the four bytes before it.
public struct SortBuffer: Sendable {
    /// Partitions at most.
    public static let partitionLimit = 1 << 16

    @usableFromInline
    struct Entry: BitwiseCopyable, Sendable {
        /// See ``KeyPrefix``. While they are sorted it may be of later bytes of the key.
        @usableFromInline var prefix: UInt64
        /// Of the record's first byte.
        @usableFromInline let offset: UInt32
        @usableFromInline let partition: UInt16
        /// ``longKey`` for this length and more.
        @usableFromInline let keyLength: UInt16

        @inlinable static var longKey: Int { Int(UInt16.max) }

        @inlinable @inline(__always)
        init(_ key: Span<UInt8>, offset: Int, partition: Int) {
            prefix = KeyPrefix.of(key)
            self.offset = UInt32(offset)
            self.partition = UInt16(partition)
            keyLength = UInt16(truncatingIfNeeded: min(key.count, Self.longKey))
        }
    }

    @usableFromInline var bytes: [UInt8] = []
    @usableFromInline var entries: [Entry] = []
    /// Where each partition's entries begin and where the last one's end; empty until they are sorted.
    private var starts: [Int] = []
    public let partitionCount: Int
    private let order: KeyOrder
    /// Nil where repeats are not looked for, or no longer.
    @usableFromInline var repeats: RepeatTable?
    /// What ``repeats`` takes of memory.
    @usableFromInline var tableByteCount = 0
    /// Records that lie before it have their numbers before them, so many of them.
    private var countedEnd = 0
    @usableFromInline var countedCount = 0
    /// By partition, records that are there only in another one's number.
    private var repeatCounts: [Int] = []

    /// - Parameter findsRepeats: Saves memory and time where most records are the same as others; a little is lost until it is
    ///   seen that they are not. In any other order than that of bytes, records that compare as equal would not stay as they
    ///   came: none are looked for. The partition of a record must be its key's.
    public init(partitionCount: Int, order: KeyOrder = .bytes, findsRepeats: Bool = false) {
        precondition((1...Self.partitionLimit).contains(partitionCount), "\(partitionCount) partitions")
        self.partitionCount = partitionCount
        self.order = order
        guard findsRepeats, case .bytes = order else { return }
        let table = RepeatTable()
        tableByteCount = table.byteCount
        repeats = table
        repeatCounts = Array(repeating: 0, count: partitionCount)
    }

    /// Whether it is worth while to look for repeats in what comes behind these records.
    public var findsRepeats: Bool { repeats != nil }
    public var isEmpty: Bool { entries.isEmpty && repeats?.isWaiting != true }
    /// Bytes of the records as runs, but for numbers.
    @inlinable public var runByteCount: Int { bytes.count - countedCount * Self.countLength }
    /// What the records take, sorting included.
    @inlinable public var recordByteCount: Int { bytes.count + entries.count * Self.bytesBeside }
    /// What the buffer takes.
    @inlinable public var byteCount: Int { recordByteCount + tableByteCount }
    /// An entry, and again while they are sorted.
    @inlinable static var bytesBeside: Int { 2 * MemoryLayout<Entry>.stride }

    /// What a record adds to ``byteCount``, at most.
    @inlinable
    public static func byteCount(_ key: Span<UInt8>, _ value: Span<UInt8>) -> Int {
        key.count + value.count + 2 * Run.varintLimit + bytesBeside + countLength
    }

    /// Bytes of a record's number, the lowest first.
    @inlinable static var countLength: Int { 4 }

    /// Bytes of a record, on average so far; 0 without any.
    public var meanSize: Int { entries.isEmpty ? 0 : bytes.count / entries.count }

    /// Gets room at once for records that take so many bytes with what is beside them, rather than ever more.
    ///
    /// - Parameter meanSize: What a record may be expected to take of them; 0 where that is not known.
    public mutating func reserve(_ byteCount: Int, meanSize: Int = 0, from memory: some MemorySource) {
        memory.reserve(byteCount, for: &bytes)
        if meanSize > 0 { memory.reserve(byteCount / (meanSize + Self.bytesBeside) + 1, for: &entries) }
    }

    /// Adds a record; all together take less than 4 GiB.
    @inlinable
    public mutating func append(partition: Int, key: Span<UInt8>, value: Span<UInt8>) {
        if repeats != nil { return appendCounted(partition, key, value) }
        entries.append(Entry(key, offset: bytes.count, partition: partition))
        Run.append(key: key, value: value, to: &bytes)
    }

    @usableFromInline
    mutating func appendCounted(_ partition: Int, _ key: Span<UInt8>, _ value: Span<UInt8>) {
        guard key.count + value.count <= RepeatTable.shortRecord else { return appendLong(partition, key, value) }
        if repeats?.add(partition, key, value) == true { settle() }
    }

    /// It is no repeat, but others with its key may be no repeats for it.
    private mutating func appendLong(_ partition: Int, _ key: Span<UInt8>, _ value: Span<UInt8>) {
        change { table, buffer in
            table.settle(into: &buffer)
            let place = buffer.beginCounted(key, partition)
            Run.append(key: key, value: value, to: &buffer.bytes)
            buffer.countedEnd = buffer.bytes.count
            table.note(key, at: place, in: buffer.bytes.span)
        }
    }

    private mutating func settle() { change { table, buffer in table.settle(into: &buffer) } }

    /// Has the table out of here and back: it changes the rest.
    private mutating func change(_ body: (inout RepeatTable, inout SortBuffer) -> Void) {
        guard var table = repeats.take() else { return }
        body(&table, &self)
        if !table.isUseless { repeats = table }
        tableByteCount = repeats?.byteCount ?? 0
    }

    /// Adds a record that may be repeated, as it stands in a run; gives its place.
    mutating func addCounted(_ record: Span<UInt8>, _ key: Span<UInt8>, _ partition: Int) -> Int {
        let place = beginCounted(key, partition)
        bytes.append(record)
        countedEnd = bytes.count
        return place
    }

    /// All of a record but itself; gives its place.
    private mutating func beginCounted(_ key: Span<UInt8>, _ partition: Int) -> Int {
        countedCount += 1
        for byte in 0..<Self.countLength { bytes.append(byte == 0 ? 1 : 0) }
        entries.append(Entry(key, offset: bytes.count, partition: partition))
        return bytes.count
    }

    /// How often the record at a place stands there.
    private func number(of record: Int) -> Int {
        guard record < countedEnd else { return 1 }
        return Int(bytes[record - 4]) | Int(bytes[record - 3]) << 8 | Int(bytes[record - 2]) << 16
            | Int(bytes[record - 1]) << 24
    }

    /// False when its number would come near ``Run/repeatLimit``.
    mutating func countOneMore(of record: Int, _ partition: Int) -> Bool {
        guard bytes[record - 1] < 0x7f else { return false }
        for place in record - Self.countLength..<record {
            bytes[place] &+= 1
            // What has become 0 is carried over.
            if bytes[place] != 0 { break }
        }
        repeatCounts[partition] += 1
        return true
    }

    /// The same if the buffer takes no more than the limit then, in bytes: what its records take, or nil when this one was not
    /// added.
    @inlinable
    public mutating func append(
        partition: Int, key: Span<UInt8>, value: Span<UInt8>, limit: Int
    ) -> Int? {
        guard byteCount + Self.byteCount(key, value) <= limit else { return nil }
        append(partition: partition, key: key, value: value)
        return recordByteCount
    }

    /// Sorts each partition by its keys; equal keys stay in the order they came in. Nothing may be added behind it.
    public mutating func sort() {
        settle()
        let sorter = EntrySorter(bytes: bytes, order: order)
        starts = sorter.sort(&entries, partitionCount: partitionCount)
    }

    public func recordCount(of partition: Int) -> Int {
        entries(of: partition).count + (repeatCounts.isEmpty ? 0 : repeatCounts[partition])
    }

    /// The partition's records in order, once they are sorted.
    public func forEach(
        partition: Int, _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Void
    ) rethrows {
        let all = bytes.span
        for index in entries(of: partition) {
            let offset = Int(entries[index].offset)
            let (key, value) = Run.ranges(at: offset, in: all)
            for _ in 0..<number(of: offset) { try body(all.extracting(key), all.extracting(value)) }
        }
    }

    /// Gives the partition's records in order as a run, piece by piece; see ``RunReader``.
    ///
    /// - Parameter pieceSize: Bytes after which a piece ends with a whole record.
    public func forEachPiece(
        partition: Int, pieceSize: Int = 256 << 10, _ body: (_ records: Span<UInt8>) throws -> Void
    ) rethrows {
        var piece: [UInt8] = []
        let all = bytes.span
        let range = entries(of: partition)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.batch) {
            let batch = start..<min(start + Self.batch, range.upperBound)
            // The records lie anywhere. Looking at several before they are copied, the processor waits for all at once.
            var ends = InlineArray<16, Int>(repeating: 0)
            for index in batch {
                ends[index - start] = Run.ranges(at: Int(entries[index].offset), in: all).value.upperBound
            }
            for index in batch {
                let offset = Int(entries[index].offset)
                let number = number(of: offset)
                if number > 1 { Run.append(count: number, to: &piece) }
                piece.append(all.extracting(offset..<ends[index - start]))
                if piece.count >= pieceSize {
                    try body(piece.span)
                    piece.removeAll(keepingCapacity: true)
                }
            }
        }
        if !piece.isEmpty { try body(piece.span) }
    }

    /// Records that are looked at together.
    private static var batch: Int { 16 }

    private func entries(of partition: Int) -> Range<Int> {
        if entries.isEmpty { return 0..<0 }
        precondition(!starts.isEmpty, "the records are not sorted")
        return starts[partition]..<starts[partition + 1]
    }
}

/// Where memory for many elements comes from: of what kind it is, is the host's affair.
public protocol MemorySource {
    /// As `reserveCapacity`.
    func reserve<Element: BitwiseCopyable>(_ count: Int, for array: inout [Element])
}
