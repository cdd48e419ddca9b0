extension KeySpecification {
    /// Less than 0 when the first key comes before the second, 0 when they belong together (KeyFieldBasedComparator).
    ///
    /// A key that is too short for a part comes first. Of two such keys Hadoop puts either before the other, which is no
    /// order; here they are equal in that part, as in GNU sort.
    @usableFromInline
    func compare(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Int {
        if parts.isEmpty { return Self.compareBytes(first, (0, first.count), second, (0, second.count)) }
        for part in parts {
            let result = compare(part, first, second)
            if result != 0 { return part.isReversed ? -result : result }
        }
        return 0
    }

    private func compare(_ part: Part, _ first: Span<UInt8>, _ second: Span<UInt8>) -> Int {
        switch (place(of: part, in: first), place(of: part, in: second)) {
        case (nil, nil): 0
        case (nil, _): -1
        case (_, nil): 1
        case (let one?, let other?):
            part.isNumeric
                ? NumericText(start: one.start, end: one.end).compare(
                    first, to: NumericText(start: other.start, end: other.end), second)
                : Self.compareBytes(first, one, second, other)
        }
    }

    /// By unsigned bytes, the shorter first.
    private static func compareBytes(
        _ first: Span<UInt8>, _ one: (start: Int, end: Int), _ second: Span<UInt8>, _ other: (start: Int, end: Int)
    ) -> Int {
        let (length, otherLength) = (one.end - one.start, other.end - other.start)
        var index = 0
        while index < length, index < otherLength {
            let (byte, otherByte) = (first[one.start + index], second[other.start + index])
            if byte != otherByte { return Int(byte) - Int(otherByte) }
            index += 1
        }
        return length - otherLength
    }
}
