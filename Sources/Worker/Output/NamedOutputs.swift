internal import ClusterModel
internal import MapReduce
internal import Records
internal import Wire

/// An attempt's output in several files: a record whose key's first field is the name of one goes there, without the name
/// (Hadoop's MultipleOutputs). A file is made with its first record.
final class NamedOutputs: RecordSink {
    private struct Named {
        let name: String
        let bytes: [UInt8]
        var output: TextOutput?
    }

    private let context: AttemptContext
    private let rules: RecordRules
    private let main: TextOutput
    private var named: [Named]
    /// Parts a name from what is behind it.
    private let fields: KeyFields

    /// - Parameter main: For all other records.
    init(_ context: AttemptContext, _ rules: RecordRules, _ main: TextOutput) {
        self.context = context
        self.rules = rules
        self.main = main
        named = context.task.job.program.format.namedOutputs.map { Named(name: $0, bytes: Array($0.utf8)) }
        let output = context.task.attempt.task.kind == .map ? rules.mapOutput : rules.reduceOutput
        fields = KeyFields(separator: output.separator, count: 1)
    }

    var recordCount: Int { named.reduce(main.recordCount) { $0 + ($1.output?.recordCount ?? 0) } }
    var byteCount: Int { named.reduce(main.byteCount) { $0 + ($1.output?.byteCount ?? 0) } }

    /// Behind a key that is a name and no more, the value is all of the line.
    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) throws {
        let (nameEnd, keyStart) = fields.split(key)
        guard let index = index(of: key.extracting(0..<nameEnd)) else { return try main.add(key, value, parts) }
        let rest = nameEnd == key.count ? parts.subtracting(.key) : parts
        try output(index).add(key.extracting(keyStart..<key.count), value, rest)
    }

    func finish(_ path: String) throws {
        try main.finish(path)
        for place in named { try place.output?.finish(path) }
    }

    private func output(_ index: Int) throws -> TextOutput {
        if let output = named[index].output { return output }
        let output = try TextOutput(context, rules, name: named[index].name)
        named[index].output = output
        return output
    }

    private func index(of name: Span<UInt8>) -> Int? {
        named.indices.first { index in
            let bytes = named[index].bytes
            return bytes.count == name.count && name.indices.allSatisfy { name[$0] == bytes[$0] }
        }
    }
}
