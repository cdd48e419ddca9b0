extension Retention {
    /// What a user may write, in words.
    public static let spelling =
        "write an age such as 30d or 12h, a size such as 2GiB or 500MB, both with a comma between them for whichever is "
        + "reached first, or all"

    private static let nanosecondsOfHour: Int64 = 3_600_000_000_000
    /// A hundred years: what is more is a slip, and far below where times overflow.
    private static let hourLimit = 100 * 366 * 24

    private static let hours = [
        "h": 1, "hour": 1, "hours": 1, "d": 24, "day": 24, "days": 24, "w": 168, "week": 168, "weeks": 168,
    ]
    private static let sizes: [String: Int] = [
        "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
        "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
    ]

    /// Reads an age (`30d`, `12h`, `4w`), a size (`2GiB`, `500MB`), both (`30d,2GiB`) or `all`.
    ///
    /// - Returns: Nil for anything else: a number without a unit could be either.
    public init?(_ text: String) {
        self.init()
        if text == "all" { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard read(part) else { return nil }
        }
    }

    /// Each of the two may be said once.
    private mutating func read(_ part: Substring) -> Bool {
        if age == nil, let age = Self.age(part) {
            self.age = age
            return true
        }
        guard bytes == nil, let bytes = Self.size(part) else { return false }
        self.bytes = bytes
        return true
    }

    private static func age(_ text: Substring) -> Duration? {
        guard let (number, unit) = parts(text), let hours = hours[unit], number <= hourLimit / hours else { return nil }
        return .nanoseconds(Int64(number * hours) * nanosecondsOfHour)
    }

    /// Reads a size in bytes, such as `64MiB`; nil for anything else.
    public static func size(_ text: Substring) -> Int? {
        guard let (number, unit) = parts(text), let size = sizes[unit], number <= Int.max / size else { return nil }
        return number * size
    }

    /// A whole number above zero, and what stands behind it in small letters.
    private static func parts(_ text: Substring) -> (Int, String)? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let number = Int(digits), number > 0 else { return nil }
        return (number, text.dropFirst(digits.count).lowercased())
    }
}
