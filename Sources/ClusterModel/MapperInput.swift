/// What a mapper reads of each line of its split (Hadoop's PipeMapper, with the record readers of its input formats).
public enum MapperInput: UInt8, Hashable, Sendable, CaseIterable {
    /// The line.
    case line
    /// The line's place in its file, TAB, the line.
    case offsetAndLine
    /// What is before the first separator, TAB, what is behind it.
    case keyAndValue
    /// What is behind the first separator.
    case value
}
