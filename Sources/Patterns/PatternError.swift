/// A pattern that cannot be understood, or one that a text is too much for.
public struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// - Parameter before: What stands in the pattern before the place where the trouble was noticed.
    init(_ pattern: String, at before: [UInt8], _ reason: String) {
        let before = String(decoding: before, as: UTF8.self)
        let place = before.isEmpty ? "at its beginning" : "behind '\(before)'"
        description = "the pattern '\(pattern)' cannot be understood, \(place): \(reason)"
    }

    init(matching reason: String) { description = "the pattern is too much for a text: \(reason)" }
}
