/// A moment in the Gregorian calendar, in UTC.
///
/// Source: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, `civil_from_days`.
struct CalendarDate {
    private let days: Int64
    private let second: Int64

    init(nanosecondsSince1970 nanoseconds: Int64) {
        let seconds = nanoseconds / 1_000_000_000
        days = seconds / 86_400
        second = seconds % 86_400
    }

    /// Such as 2026-11-24 18:20:36 UTC.
    var text: String {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let time = [second / 3600, second / 60 % 60, second % 60].map(Self.two).joined(separator: ":")
        return "\(year)-\(Self.two(month))-\(Self.two(day)) \(time) UTC"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
