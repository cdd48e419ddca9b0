internal import Records

/// A built-in step at work.
final class BuiltInWork {
    private let context: AttemptContext
    private var transform: any RecordTransform
    private let input: any StepInput
    private let sink: any RecordSink
    private let onDone: () throws -> Void
    /// Records go from the input to the sink, not by way of the batch.
    private let isIdentity: Bool
    private var batch = RecordBatch()

    init(
        _ context: AttemptContext, _ transform: any RecordTransform, input: any StepInput, sink: any RecordSink,
        onDone: @escaping () throws -> Void
    ) {
        self.context = context
        self.transform = transform
        isIdentity = transform is IdentityTransform
        self.input = input
        self.sink = sink
        self.onDone = onDone
    }

    func start() throws { try LoopWork(context, { [self] in try takePiece() }, onDone: onDone).start() }

    /// False when there is no more.
    private func takePiece() throws -> Bool {
        let sink = sink
        if isIdentity, let records = input as? RecordLines, records.keysAreTheirOwn {
            return try records.nextWholeRecords { try sink.add(record: $0, keyLength: $1) }
        }
        if isIdentity { return try input.nextRecords { key, value, _ in try sink.add(key, value, .both) } }
        let isMore = try input.nextRecords { key, value, isFirst in
            try transform.take(key, value, isFirst: isFirst, into: &batch)
        }
        if !isMore { try transform.finish(into: &batch) }
        try batch.forEach { key, value, parts in try sink.add(key, value, parts) }
        batch.removeAll()
        return isMore
    }
}
