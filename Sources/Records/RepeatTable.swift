/// Finds out of records whether they are the same, down to the last byte, as the last one before them that had their key.
///
/// Open addressing. Records wait for fifteen others, so that the processor waits for what all of them need from memory at once:
/// the table and the records are larger than its caches (3 times as long one by one). It is of use where many records are
/// repeats, and gives up where few are.
@usableFromInline
struct RepeatTable: Sendable {
    private struct Slot {
        /// Of the key's hash.
        var tag: UInt32 = 0
        /// Of the last record with the key; 0 where there is none.
        var offset: UInt32 = 0
    }

    private struct Waiting {
        let tag: UInt32
        let partition: Int
        /// Where it stands among those that wait, as in a run.
        let range: Range<Int>
        let keyLength: Int
        let valueLength: Int

        var key: Range<Int> { range.upperBound - valueLength - keyLength..<range.upperBound - valueLength }
    }

    private static let firstCapacity = 1 << 8
    /// Records after which it is asked whether it is worth its time.
    private static let trial = 1 << 12
    /// Of the records, one in so many must be a repeat.
    private static let worthwhile = 4
    private static let waitingLimit = 16
    /// Bytes of a record's key and value, so that it may wait for others and be a repeat.
    static let shortRecord = 256

    private var slots = [Slot](repeating: Slot(), count: firstCapacity)
    private var keyCount = 0
    private var recordCount = 0
    private var repeatCount = 0
    private var waiting: [Waiting] = []
    private var waitingBytes: [UInt8] = []
    /// Of no meaning: what is only looked at would not be looked at.
    private var touched: UInt8 = 0
    /// It was not worth its time when it was last asked: at each growth, and whenever there are twice as many records.
    private(set) var isUseless = false
    private var nextJudgement = 1 << 16

    /// What it takes of memory, and will take when it grows.
    var byteCount: Int { 2 * slots.count * MemoryLayout<Slot>.stride }
    var isWaiting: Bool { !waiting.isEmpty }

    /// Takes a record; true when all that wait have waited long enough: see ``settle(into:)``.
    mutating func add(_ partition: Int, _ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
        recordCount += 1
        let start = waitingBytes.count
        Run.append(key: key, value: value, to: &waitingBytes)
        waiting.append(
            Waiting(
                tag: Self.hash(key), partition: partition, range: start..<waitingBytes.count, keyLength: key.count,
                valueLength: value.count))
        return waiting.count == Self.waitingLimit
    }

    /// Takes a record that stands at a place already: it is the last one with its key.
    mutating func note(_ key: Span<UInt8>, at offset: Int, in bytes: Span<UInt8>) {
        recordCount += 1
        let tag = Self.hash(key)
        let place = find(tag) { bytes.has(key: key, at: $0) }
        set(place, Slot(tag: tag, offset: UInt32(offset)))
    }

    /// Adds what waits to the buffer, or to the numbers of those that it repeats.
    mutating func settle(into buffer: inout SortBuffer) {
        // Out of here and back, so that the memory is used again.
        var (waiting, all): ([Waiting], [UInt8]) = ([], [])
        swap(&waiting, &self.waiting)
        swap(&all, &waitingBytes)
        look(waiting, buffer.bytes.span)
        for record in waiting {
            let bytes = all.span.extracting(record.range)
            let key = all.span.extracting(record.key)
            var isRepeat = false
            let place = find(record.tag) { offset in
                isRepeat = buffer.bytes.span.has(bytes, at: offset)
                return isRepeat || buffer.bytes.span.has(key: key, at: offset)
            }
            if isRepeat, buffer.countOneMore(of: Int(slots[place].offset), record.partition) {
                repeatCount += 1
            } else {
                let added = buffer.addCounted(bytes, key, record.partition)
                set(place, Slot(tag: record.tag, offset: UInt32(added)))
            }
        }
        if recordCount >= nextJudgement { judge() }
        waiting.removeAll(keepingCapacity: true)
        all.removeAll(keepingCapacity: true)
        swap(&waiting, &self.waiting)
        swap(&all, &waitingBytes)
    }

    /// Has what all of them need brought from memory.
    private mutating func look(_ waiting: [Waiting], _ bytes: Span<UInt8>) {
        var found = InlineArray<16, Slot>(repeating: Slot())
        let mask = slots.count - 1
        for index in waiting.indices { found[index] = slots[Int(waiting[index].tag) & mask] }
        for index in waiting.indices where found[index].offset > 0 && found[index].tag == waiting[index].tag {
            touched &+= bytes[Int(found[index].offset)]
        }
    }

    /// The place of the last record with a key, or else a free one.
    ///
    /// - Parameter isIt: Asked of records whose keys have the tag.
    @inline(__always)
    private func find(_ tag: UInt32, _ isIt: (_ offset: Int) -> Bool) -> Int {
        let mask = slots.count - 1
        var place = Int(tag) & mask
        while slots[place].offset != 0 {
            if slots[place].tag == tag, isIt(Int(slots[place].offset)) { return place }
            place = (place + 1) & mask
        }
        return place
    }

    private mutating func set(_ place: Int, _ slot: Slot) {
        if slots[place].offset == 0 { keyCount += 1 }
        slots[place] = slot
        if 2 * keyCount > slots.count { grow() }
    }

    private mutating func judge() {
        guard recordCount >= Self.trial else { return }
        isUseless = repeatCount < recordCount / Self.worthwhile
        nextJudgement = max(nextJudgement, 2 * recordCount)
    }

    private mutating func grow() {
        judge()
        let old = slots
        slots = [Slot](repeating: Slot(), count: 2 * old.count)
        let mask = slots.count - 1
        for slot in old where slot.offset != 0 {
            var place = Int(slot.tag) & mask
            while slots[place].offset != 0 { place = (place + 1) & mask }
            slots[place] = slot
        }
    }

    private static func hash(_ key: Span<UInt8>) -> UInt32 {
        var hash = UInt64(truncatingIfNeeded: key.count) &* 0x9e37_79b9_7f4a_7c15
        var place = 0
        while place + 8 <= key.count {
            hash = mix(hash, key.word(at: place))
            place += 8
        }
        if place < key.count { hash = mix(hash, key.lastWord(from: place)) }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }

    @inline(__always)
    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: 0xff51_afd7_ed55_8ccd)
        return product.high ^ product.low
    }
}

extension Span<UInt8> {
    /// Whether the record at a place has the key.
    fileprivate func has(key: Span<UInt8>, at place: Int) -> Bool {
        extracting(Run.ranges(at: place, in: self).key).isEqual(to: key)
    }

    /// Whether the bytes stand at the place.
    fileprivate func has(_ bytes: Span<UInt8>, at place: Int) -> Bool {
        bytes.count <= count - place && extracting(place..<place + bytes.count).isEqual(to: bytes)
    }
}
