extension Span<UInt8> {
    package func isEqual(to other: Span<UInt8>) -> Bool { count == other.count && compare(to: other) == 0 }

    /// Below 0 when it comes before the other: by unsigned bytes, the shorter first.
    package func compare(to other: Span<UInt8>) -> Int {
        let (one, two) = (KeyPrefix.of(self), KeyPrefix.of(other))
        if one != two { return one < two ? -1 : 1 }
        // Prefixes do not tell a zero byte from none.
        let isKnown = Swift.min(count, other.count) <= KeyPrefix.length
        return isKnown ? count - other.count : KeyPrefix.compareRest(self, other)
    }
}
