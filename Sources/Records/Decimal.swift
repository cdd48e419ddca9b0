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
