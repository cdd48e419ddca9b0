internal import ClusterModel

/// Hadoop's output formats that there are: what a job's output files hold.
enum OutputFormat: String, CaseIterable {
    case text = "TextOutputFormat"
    case sequenceFile = "SequenceFileOutputFormat"
    /// A job without output.
    case null = "NullOutputFormat"

    /// For texts.
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// - Parameter className: With its package, or without.
    init(className: String) throws(StreamingError) {
        guard let name = className.split(separator: ".").last, let format = Self(rawValue: String(name)) else {
            throw StreamingError("-outputformat \(className) is not heeded: there are \(Self.list)")
        }
        self = format
    }
}

extension StreamingArguments {
    /// What the job's output files hold, and whether they are compressed.
    func outputFiles() throws(StreamingError) -> (files: OutputFiles, isCompressed: Bool) {
        let (isCompressed, type) = (try flag(.compressesOutput), value(.outputCompressionType))
        guard outputFormat == .sequenceFile else { return (.text, isCompressed) }
        // As Hadoop's SequenceFile.CompressionType.
        guard ["NONE", "RECORD", "BLOCK"].contains(type) else {
            throw StreamingError(
                "\(Property.outputCompressionType.name) is '\(type)': it must be NONE, RECORD or BLOCK")
        }
        return (type == "BLOCK" ? .sequenceOfBlocks : .sequence, isCompressed && type != "NONE")
    }
}
