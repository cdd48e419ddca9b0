/// Numbers as Java reads and writes them.
package enum JavaNumbers {
    /// Long.parseLong: a sign, then digits and nothing else.
    static func long(_ text: Span<UInt8>) -> Int? {
        let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
        let hasSign = isNegative || text.count > 0 && text[0] == UInt8(ascii: "+")
        guard text.count > (hasSign ? 1 : 0) else { return nil }
        var number = 0
        for index in (hasSign ? 1 : 0)..<text.count {
            let digit = Int(text[index]) - Int(UInt8(ascii: "0"))
            guard (0...9).contains(digit) else { return nil }
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            // Downwards, since the least number has no counterpart.
            let (next, isBeyond) = tens.subtractingReportingOverflow(digit)
            if isTooLarge || isBeyond { return nil }
            number = next
        }
        if isNegative { return number }
        return number == .min ? nil : -number
    }

    /// Double.parseDouble: blanks around are nothing, an `f` or `d` may follow.
    static func double(_ text: Span<UInt8>) -> Double? {
        var bytes = text.indices.map { text[$0] }[...]
        while let last = bytes.last, last <= UInt8(ascii: " ") { bytes.removeLast() }
        bytes = bytes.drop { $0 <= UInt8(ascii: " ") }
        var digits = bytes.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        guard bytes.count - digits.count <= 1 else { return nil }
        let sign = bytes.first == UInt8(ascii: "-") ? -1.0 : 1.0
        if digits.elementsEqual("NaN".utf8) { return .nan }
        if digits.elementsEqual("Infinity".utf8) { return sign * .infinity }
        // A hexadecimal number needs an exponent, whose digits are decimal.
        let isHexadecimal = digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8)
        if isHexadecimal && !digits.contains(where: { $0 | 0x20 == UInt8(ascii: "p") }) { return nil }
        if let last = digits.last, "fFdD".utf8.contains(last) { digits.removeLast() }
        // Java knows no other words.
        guard let first = digits.first,
            first == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        else { return nil }
        // What Java writes as `1.` or `.5`.
        return Double(String(decoding: complete(digits, isHexadecimal), as: UTF8.self)).map { sign * $0 }
    }

    /// With a 0 where there is nothing before or behind the point.
    private static func complete(_ digits: ArraySlice<UInt8>, _ isHexadecimal: Bool) -> [UInt8] {
        guard !isHexadecimal, let point = digits.firstIndex(of: UInt8(ascii: ".")) else { return Array(digits) }
        let zero = [UInt8(ascii: "0")]
        let isDigit = { (place: Int) in
            digits.indices.contains(place) && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digits[place])
        }
        guard isDigit(point - 1) || isDigit(point + 1) else { return [] }
        return (isDigit(point - 1) ? [] : zero) + digits[...point] + (isDigit(point + 1) ? [] : zero)
            + digits[(point + 1)...]
    }

    /// Double.toString: `1.0`, `123456.789`, `1.0E7`, `5.0E-4`. The digits are the fewest that tell the number from its
    /// neighbours, as in Java from 19 on.
    package static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        let sign = number.sign == .minus ? "-" : ""
        let magnitude = number.magnitude
        if magnitude == 0 { return sign + "0.0" }
        let (digits, exponent) = decimal(magnitude)
        if magnitude >= 1e-3 && magnitude < 1e7 { return sign + plain(digits, exponent) }
        let rest = String(digits.dropFirst())
        return "\(sign)\(digits.prefix(1)).\(rest.isEmpty ? "0" : rest)E\(exponent)"
    }

    /// The digits without zeros around, and the power of ten of the first.
    private static func decimal(_ magnitude: Double) -> (digits: String, exponent: Int) {
        let parts = magnitude.description.split(separator: "e")
        let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = number.count > 1 ? String(number[1]) : ""
        let all = number[0] + fraction
        let zeros = all.prefix { $0 == "0" }.count
        let digits = all.dropFirst(zeros)
        let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + number[0].count - 1 - zeros
        let last = digits.lastIndex { $0 != "0" } ?? digits.startIndex
        return (String(digits[...last]), exponent)
    }

    private static func plain(_ digits: String, _ exponent: Int) -> String {
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let fraction = digits.dropFirst(exponent + 1)
        return whole + String(repeating: "0", count: exponent + 1 - whole.count) + "."
            + (fraction.isEmpty ? "0" : String(fraction))
    }
}
