internal import ClusterModel

/// The keys of a job's input.
extension StreamingArguments {
    /// Keys are left out for TextInputFormat and given for all others, unless told otherwise (PipeMapper.ignoreKey).
    func mapperInput() throws(StreamingError) -> MapperInput {
        let format = try inputFormat()
        let isSaid = !value(.mapIgnoresKeys).isEmpty
        let ignoresKey = isSaid ? try flag(.mapIgnoresKeys) : format == .text
        return switch (format, ignoresKey) {
        case (.keyValueText, true), (.sequenceFile, true), (.sequenceFileAsText, true): .value
        case (.keyValueText, false), (.sequenceFile, false), (.sequenceFileAsText, false): .keyAndValue
        case (_, true): .line
        case (_, false): .offsetAndLine
        }
    }

    /// The low byte of the first of Java's characters of 16 bits.
    func keyValueSeparator() throws(StreamingError) -> UInt8 {
        guard let first = value(.keyValueSeparator).utf16.first else {
            throw StreamingError("\(Property.keyValueSeparator.name) is empty: it must be a character")
        }
        return UInt8(truncatingIfNeeded: first)
    }
}
