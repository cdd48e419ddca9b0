internal import EventLoop

/// Work of an attempt's that is done in pieces, one in each turn of the loop: what else the loop is for, such as telling the
/// worker of progress, goes on.
final class LoopWork {
    private let context: AttemptContext
    private let takePiece: () throws -> Bool
    private let onDone: () throws -> Void
    /// A timer of 0 ms that is set again when it fires would keep its turn for itself.
    private var turns: Inbox<Void>?

    /// - Parameter takePiece: Does the next piece; false when there is no more.
    init(_ context: AttemptContext, _ takePiece: @escaping () throws -> Bool, onDone: @escaping () throws -> Void) {
        self.context = context
        self.takePiece = takePiece
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

    /// The inbox lets go of this when it has closed.
    private func end() {
        turns?.close()
        turns = nil
    }
}
