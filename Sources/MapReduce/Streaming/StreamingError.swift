/// A command line that makes no job; the text says what to change.
public struct StreamingError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
