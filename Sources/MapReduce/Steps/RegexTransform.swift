internal import Patterns
internal import Records

/// What matches a pattern in each value, or a group of it, with a 1 each (RegexMapper).
struct RegexTransform: RecordTransform {
    private static let one = [UInt8(ascii: "1")]

    private let pattern: Pattern
    private let group: Int

    /// - Throws: ``StreamingError`` for a pattern that is none, and for a group that it has not.
    init(_ pattern: String?, group: Int) throws(StreamingError) {
        guard let pattern else {
            throw StreamingError("RegexMapper has no pattern: say \(Property.regex.name)=PATTERN")
        }
        do throws(PatternError) {
            self.pattern = try Pattern(pattern)
        } catch {
            throw StreamingError("\(Property.regex.name): \(error)")
        }
        guard group <= self.pattern.groupCount else {
            throw StreamingError(
                "\(Property.regexGroup.name) is \(group), and '\(pattern)' has \(self.pattern.groupCount) groups")
        }
        self.group = group
    }

    var usesKeys: Bool { false }

    mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        try pattern.forEachMatch(in: value, group: group) { match in
            batch.append(value.extracting(match), Self.one.span)
        }
    }
}
