extension Span<UInt8> {
    /// The number of which these are the decimal digits, at most eighteen with a minus before them or not; nil when they are
    /// something else, if only another way to write a number.
    @inlinable @inline(__always)
    public var decimal: Int? {
        let start = count > 0 && self[0] == UInt8(ascii: "-") ? 1 : 0
        guard count > start, count - start <= 18 else { return nil }
        var number = 0
        for index in start..<count {
            let digit = self[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            number = number &* 10 &+ Int(digit)
        }
        return start == 0 ? number : -number
    }
}

extension [UInt8] {
    /// Makes it a number's decimal digits.
    public mutating func set(decimal number: Int) {
        removeAll(keepingCapacity: true)
        append(decimal: number)
    }

    /// Appends a number's decimal digits.
    mutating func append(decimal number: Int) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var rest = number.magnitude
        var place = digits.count
        repeat {
            place -= 1
            digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digits.span.extracting(place..<digits.count))
    }
}
