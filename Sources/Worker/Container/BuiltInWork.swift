internal import EventLoop
internal import Records

/// A built-in step at work, a piece in each turn of the loop: what else the loop is for, such as telling the worker of
/// progress, goes on.
final class BuiltInWork {
    private let context: AttemptContext
    private var transform: any RecordTransform
    private let input: any StepInput
    private let sink: any RecordSink
    private let onDone: () throws -> Void
    private var batch = RecordBatch()
    /// A timer of 0 ms that is set again when it fires would keep its turn for itself.
    private var turns: Inbox<Void>?

    init(
        _ context: AttemptContext, _ transform: any RecordTransform, input: any StepInput, sink: any RecordSink,
        onDone: @escaping () throws -> Void
    ) {
        self.context = context
        self.transform = transform
        self.input = input
        self.sink = sink
        self.onDone = onDone
    }

    /// What is done in one piece is done at once.
    func start() throws { work() }

    private func work() {
        guard !context.hasEnded else { return end() }
        do {
            context.noteProgress()
            if try takePiece() {
                try goOn()
            } else {
                end()
                try onDone()
            }
        } catch {
            end()
            context.fail("\(error)")
        }
    }

    private func goOn() throws {
        if turns == nil { turns = try Inbox(on: context.loop) { [self] in work() } }
        turns?.address.post(())
    }

    /// False when there is no more.
    private func takePiece() throws -> Bool {
        let isMore = try input.nextRecords { key, value, isFirst in
            try transform.take(key, value, isFirst: isFirst, into: &batch)
        }
        if !isMore { try transform.finish(into: &batch) }
        try batch.forEach { key, value, parts in try sink.add(key, value, parts) }
        batch.removeAll()
        return isMore
    }

    /// The inbox lets go of this when it has closed.
    private func end() {
        turns?.close()
        turns = nil
    }
}
