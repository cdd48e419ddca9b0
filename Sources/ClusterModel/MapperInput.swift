/// What a job's input files hold.
public enum InputFiles: UInt8, Hashable, Sendable, CaseIterable {
    /// Lines.
    case text
    /// Hadoop's SequenceFiles, of which bytes are read as they are (SequenceFileInputFormat).
    case sequence
    /// The same, of which bytes are read as hexadecimal digits (SequenceFileAsTextInputFormat).
    case sequenceAsText
}

/// What a job's output files hold.
public enum OutputFiles: UInt8, Hashable, Sendable, CaseIterable {
    /// Lines.
    case text
    /// Hadoop's SequenceFiles, in which values are compressed if anything is.
    case sequence
    /// The same, in which many records are compressed together.
    case sequenceOfBlocks
}

/// What a mapper reads of each line of its split (Hadoop's PipeMapper, with the record readers of its input formats).
///
/// It says so of programs. A mapper that is built in is given key and value, whether programs would read both or not.
public enum MapperInput: UInt8, Hashable, Sendable, CaseIterable {
    /// The line.
    case line
    /// The line's place in its file, a separator, the line.
    case offsetAndLine
    /// What is before the first separator, a separator, what is behind it.
    case keyAndValue
    /// What is behind the first separator.
    case value

    /// Keys are read, not only values.
    public var hasKeys: Bool { self == .offsetAndLine || self == .keyAndValue }

    /// A line is key and value (KeyValueTextInputFormat), rather than a value whose key is its place.
    public var isPair: Bool { self == .keyAndValue || self == .value }
}
