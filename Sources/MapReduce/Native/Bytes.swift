internal import Glibc
internal import Records

extension Span<UInt8> {
    func isEqual(to other: Span<UInt8>) -> Bool { count == other.count && compare(to: other) == 0 }

    /// Below 0 when it comes before the other: by unsigned bytes, the shorter first.
    func compare(to other: Span<UInt8>) -> Int {
        let order = withUnsafeBytes { first in
            other.withUnsafeBytes { second in
                let shared = Swift.min(first.count, second.count)
                return shared > 0 ? memcmp(first.baseAddress!, second.baseAddress!, shared) : 0
            }
        }
        return order != 0 ? Int(order) : count - other.count
    }
}

extension [UInt8] {
    /// Makes it a number's decimal digits.
    public mutating func set(decimal number: Int) {
        removeAll(keepingCapacity: true)
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
