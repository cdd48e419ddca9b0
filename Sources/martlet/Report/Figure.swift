/// Numbers as they stand in a sentence.
enum Figure {
    /// Such as 4.1.
    static func factor(_ value: Double) -> String { decimal(value, places: 1) }

    /// Such as 61 %.
    static func percent(_ part: Int, _ whole: Int) -> String {
        let share = 100 * Double(part) / Double(whole)
        return (share >= 10 ? "\(Int(share.rounded()))" : decimal(share, places: 1)) + " %"
    }

    /// Short times to the millisecond.
    static func seconds(_ value: Double) -> String {
        value < 1 ? "\(Int((value * 1000).rounded())) ms" : Table.duration(value)
    }

    /// Such as 1 map, 2 maps.
    static func count(_ count: Int, _ noun: String) -> String {
        "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// Such as 1,234,567.
    static func grouped(_ value: Int) -> String {
        var digits = Array("\(value.magnitude)")
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (value < 0 ? "-" : "") + String(digits)
    }

    /// Such as 12.345, without zeros at its end.
    static func decimal(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1) { result, _ in result * 10 }
        let whole = Int((value * Double(scale)).rounded())
        guard whole % scale != 0 else { return "\(whole / scale)" }
        var fraction = "\(scale + abs(whole) % scale)".dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(whole < 0 ? "-" : "")\(abs(whole) / scale).\(fraction)"
    }
}
