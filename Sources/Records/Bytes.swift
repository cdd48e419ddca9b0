extension [UInt8] {
    /// Appends in bulk.
    @inlinable @inline(__always)
    public mutating func append(_ bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { room in
            for index in bytes.indices { room.append(bytes[index]) }
        }
    }

    /// Appends the same several times.
    public mutating func append(_ bytes: Span<UInt8>, times: Int) {
        append(addingCapacity: times * bytes.count) { room in
            for _ in 0..<times {
                for index in bytes.indices { room.append(bytes[index]) }
            }
        }
    }
}

extension Span<UInt8> {
    @inlinable
    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var place = 0
        while place + 8 <= count {
            if word(at: place) != other.word(at: place) { return false }
            place += 8
        }
        return place == count || lastWord(from: place) == other.lastWord(from: place)
    }

    @inlinable @inline(__always)
    package func begins(with beginning: [UInt8]) -> Bool {
        count >= beginning.count && extracting(0..<beginning.count).isEqual(to: beginning.span)
    }

    /// Below 0 when it comes before the other: by unsigned bytes, the shorter first.
    package func compare(to other: Span<UInt8>) -> Int {
        let (one, two) = (KeyPrefix.of(self), KeyPrefix.of(other))
        if one != two { return one < two ? -1 : 1 }
        // Prefixes do not tell a zero byte from none.
        let isKnown = Swift.min(count, other.count) <= KeyPrefix.length
        return isKnown ? count - other.count : KeyPrefix.compareRest(self, other)
    }
}
