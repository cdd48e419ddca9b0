public import CPlatform
public import Records

/// Numbers by key, made one as they come: of 149 million words, the different ones are all that is kept (a combiner that is
/// run on every record at once, which Hadoop leaves to mappers: in-mapper combining).
///
/// Open addressing over one block of memory. Keys of up to 15 bytes lie in their slots, longer ones behind one another in an
/// array. A number that is added waits for fifteen others, while its slot is on its way from memory: a table larger than the
/// caches would otherwise cost a miss for each (2.5 times as long).
public struct FoldTable: ~Copyable {
    @frozen @usableFromInline
    struct Slot {
        /// `low` is 0 where there is no key. That of a long key has its place among ``longKeys`` instead of bytes, and
        /// ``longMark`` instead of a length.
        @usableFromInline var key: ShortKey
        @usableFromInline var value: Int

        @inlinable @inline(__always)
        init(key: ShortKey, value: Int) { (self.key, self.value) = (key, value) }
    }

    @frozen @usableFromInline
    struct Waiting {
        @usableFromInline var slot: Slot
        @usableFromInline var hash: Int

        @inlinable @inline(__always)
        init(slot: Slot, hash: Int) { (self.slot, self.hash) = (slot, hash) }
    }

    @usableFromInline static let longMark: UInt64 = 0xff
    @inlinable static var queueLength: Int { 16 }
    private static let firstCapacity = 1 << 12

    @usableFromInline let fold: Fold
    @usableFromInline var slots: UnsafeMutablePointer<Slot>
    /// One less than the number of slots, a power of two.
    @usableFromInline var mask: Int
    @usableFromInline let queue: UnsafeMutablePointer<Waiting>
    @usableFromInline var turn = 0
    /// For each long key the bytes of its length, four, then itself.
    var longKeys: [UInt8] = []
    /// Different keys, but for those that wait.
    @usableFromInline var keyCount = 0
    /// See ``countAdditions()``.
    @usableFromInline var additions = 0

    public init(_ fold: Fold = .sum) {
        self.fold = fold
        mask = Self.firstCapacity - 1
        slots = Self.allocate(Self.firstCapacity)
        queue = .allocate(capacity: Self.queueLength)
        queue.initialize(
            repeating: Waiting(slot: Slot(key: ShortKey(high: 0, low: 0), value: 0), hash: 0), count: Self.queueLength)
    }

    deinit {
        Self.free(slots, mask + 1)
        queue.deallocate()
    }

    /// Numbers that were added; all of them are in the table then.
    public mutating func countAdditions() -> Int {
        settle()
        return additions
    }

    /// What the table takes of memory.
    public var byteCount: Int { (mask + 1) * MemoryLayout<Slot>.stride + longKeys.count }

    /// It takes more than the limit, in bytes, or will before long.
    public func isNearlyFull(limit: Int) -> Bool {
        guard keyCount > 0 else { return false }
        let growsSoon = keyCount * 10 > (mask + 1) * 6
        return byteCount + (growsSoon ? (mask + 1) * MemoryLayout<Slot>.stride : 0) > limit
    }

    @inlinable @inline(__always)
    public mutating func add(_ key: Span<UInt8>, _ value: Int) {
        if key.count <= ShortKey.lengthLimit { add(ShortKey(key), value) } else { addLong(key, value) }
    }

    /// - Parameter text: Where the word was found.
    @inlinable @inline(__always)
    public mutating func add(_ word: Word, of text: Span<UInt8>, _ value: Int) {
        if let key = word.key { add(key, value) } else { add(text.extracting(word.start..<word.end), value) }
    }

    @inlinable @inline(__always)
    public mutating func add(_ key: ShortKey, _ value: Int) {
        let hash = Self.hash(key)
        platform_prefetch(slots + (hash & mask))
        let oldest = queue[turn]
        queue[turn] = Waiting(slot: Slot(key: key, value: value), hash: hash)
        turn = (turn &+ 1) & (Self.queueLength &- 1)
        if oldest.slot.key.low != 0 { apply(oldest) }
    }

    @inlinable @inline(__always)
    static func hash(_ key: ShortKey) -> Int {
        // Both halves of the product: the lowest bits of a short key's bytes are all zero.
        let product = (key.high ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(by: key.low ^ 0xff51_afd7_ed55_8ccd)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    @inlinable @inline(__always)
    mutating func apply(_ waiting: Waiting) {
        var place = waiting.hash & mask
        while slots[place].key.low != 0 {
            if slots[place].key == waiting.slot.key { return combine(waiting.slot.value, at: place) }
            place = (place &+ 1) & mask
        }
        insert(waiting.slot, at: place)
    }

    @inlinable @inline(__always)
    mutating func combine(_ value: Int, at place: Int) {
        additions &+= 1
        switch fold {
        case .sum: slots[place].value &+= value
        case .min: slots[place].value = Swift.min(slots[place].value, value)
        case .max: slots[place].value = Swift.max(slots[place].value, value)
        }
    }

    @usableFromInline
    mutating func insert(_ slot: Slot, at place: Int) {
        additions &+= 1
        slots[place] = slot
        keyCount += 1
        if keyCount * 3 > (mask + 1) * 2 { grow() }
    }

    /// Lets none wait any longer.
    mutating func settle() {
        for place in 0..<Self.queueLength {
            let waiting = queue[place]
            queue[place].slot.key = ShortKey(high: 0, low: 0)
            if waiting.slot.key.low != 0 { apply(waiting) }
        }
    }

    private mutating func grow() {
        let (old, oldCount) = (slots, mask + 1)
        mask = 2 * oldCount - 1
        slots = Self.allocate(2 * oldCount)
        for index in 0..<oldCount where old[index].key.low != 0 {
            var place = hash(of: old[index].key) & mask
            while slots[place].key.low != 0 { place = (place &+ 1) & mask }
            slots[place] = old[index]
        }
        Self.free(old, oldCount)
    }

    /// Empties it, and gives its memory back.
    mutating func removeAll() {
        Self.free(slots, mask + 1)
        mask = Self.firstCapacity - 1
        slots = Self.allocate(Self.firstCapacity)
        longKeys = []
        keyCount = 0
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Slot> {
        let block = platform_map_zeroed(count * MemoryLayout<Slot>.stride)
        guard let block else { fatalError("there is no memory for a table of \(count) keys") }
        return block.bindMemory(to: Slot.self, capacity: count)
    }

    private static func free(_ slots: UnsafeMutablePointer<Slot>, _ count: Int) {
        platform_unmap(slots, count * MemoryLayout<Slot>.stride)
    }
}
