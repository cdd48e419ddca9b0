internal import Records

/// Keys too long for a slot.
extension FoldTable {
    private static let lengthSize = 4

    @usableFromInline
    mutating func addLong(_ key: Span<UInt8>, _ value: Int) {
        let high = key.littleEndianWord(at: 0).byteSwapped
        var place = Self.hash(of: key) & mask
        while slots[place].key.low != 0 {
            let found = slots[place].key
            if found.high == high, found.isLong, isLongKey(at: found.place, key) {
                return combine(value, at: place)
            }
            place = (place &+ 1) & mask
        }
        let slot = Slot(key: ShortKey(high: high, low: UInt64(longKeys.count) << 8 | Self.longMark), value: value)
        for shift in 0..<Self.lengthSize { longKeys.append(UInt8(truncatingIfNeeded: key.count >> (8 * shift))) }
        longKeys.append(key)
        insert(slot, at: place)
    }

    func hash(of key: ShortKey) -> Int {
        key.isLong ? Self.hash(of: longKeys.span.extracting(longRange(at: key.place))) : Self.hash(key)
    }

    private func isLongKey(at place: Int, _ key: Span<UInt8>) -> Bool {
        longKeys.span.extracting(longRange(at: place)).isEqual(to: key)
    }

    private static func hash(of key: Span<UInt8>) -> Int {
        var hash = hash(ShortKey(high: key.littleEndianWord(at: 0), low: UInt64(key.count)))
        var place = 8
        while place < key.count {
            hash = Self.hash(ShortKey(high: key.littleEndianWord(at: place), low: UInt64(bitPattern: Int64(hash))))
            place += 8
        }
        return hash
    }

    /// Where a long key's bytes are among the others.
    func longRange(at place: Int) -> Range<Int> {
        let length = (0..<Self.lengthSize).reduce(0) { $0 | Int(longKeys[place + $1]) << (8 * $1) }
        return place + Self.lengthSize..<place + Self.lengthSize + length
    }
}

extension ShortKey {
    /// It stands for a long key, among the table's others at ``place``.
    var isLong: Bool { low & 0xff == FoldTable.longMark }
    var place: Int { Int(low >> 8) }
}
