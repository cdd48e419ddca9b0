internal import ClusterModel
internal import MapReduce
internal import Records

/// What a mapper reads: the records of a split.
protocol MapInput: StepInput {
    /// Called whenever something is read.
    var onRead: () -> Void { get set }
    var recordCount: Int { get }
    /// Thousandths.
    var fraction: Int { get }
    /// Bytes of the split, or of its first file where it is of several.
    var fileLength: Int { get }
}

/// The records of a split of texts: each line a value, whose key is its place in the file (Hadoop's LineRecordReader), or key and
/// value both (KeyValueLineRecordReader).
final class TextInput: MapInput {
    private static let tab = UInt8(ascii: "\t")

    var onRead: () -> Void = {}
    private let split: SplitInput
    private let phases: PhaseClock
    /// Makes of lines what a program reads; nil when it is the lines.
    private var pairs: KeyValueLines?
    private var lines = LineDecoder()
    /// Where records for a built-in step are cut; nil when all of a line is the value.
    private let fields: KeyFields?

    /// - Parameter transform: The built-in step that reads; nil for a program.
    init(
        _ uri: String, offset: Int, length: Int, more: [String] = [], isAligned: Bool, _ rules: RecordRules,
        _ transform: (any RecordTransform)?, _ phases: PhaseClock
    ) throws {
        self.phases = phases
        let isPair = rules.mapperInput.isPair
        var style = InputFileLines.Style(isAligned: isAligned)
        if let transform {
            fields = isPair || transform.usesKeys ? Self.fields(rules) : nil
            style.placeSeparator = isPair || !transform.usesKeys ? nil : [Self.tab]
        } else {
            fields = nil
            style.placeSeparator = isPair ? nil : rules.mapInputSeparator
            if isPair {
                pairs = KeyValueLines(separator: rules.keyValueSeparator, newSeparator: rules.mapInputSeparator)
            }
        }
        split = try SplitInput(uri, offset: offset, length: length, more: more, style)
    }

    private static func fields(_ rules: RecordRules) -> KeyFields {
        KeyFields(separator: [rules.mapperInput.isPair ? rules.keyValueSeparator : tab], count: 1)
    }

    var recordCount: Int { split.lineCount }
    var fraction: Int { split.fraction }
    var fileLength: Int { split.fileLength }

    func nextLines() throws -> [UInt8]? {
        guard pairs != nil else { return try nextChunk() }
        var output: [UInt8] = []
        while output.isEmpty, let chunk = try nextChunk() { pairs?.take(chunk.span, into: &output) }
        return output.isEmpty ? nil : output
    }

    func nextRecords(
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ isFirst: Bool) throws -> Void
    ) throws -> Bool {
        guard let chunk = try nextChunk() else { return false }
        try lines.decode(chunk.span) { line in
            let (keyEnd, valueStart) = fields?.split(line) ?? (0, 0)
            try onRecord(line.extracting(0..<keyEnd), line.extracting(valueStart..<line.count), true)
        }
        return true
    }

    private func nextChunk() throws -> [UInt8]? {
        onRead()
        return try phases.during(.read) { try split.next() }
    }
}
