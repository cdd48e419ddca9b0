public import EventLoop

/// Gathers what is sent within one turn of the loop, so that each connection costs one write a turn.
///
/// There is one for each loop.
public final class Outbox {
    public let loop: Loop
    private var dirty: [Connection] = []
    private var hook: TurnHook?

    public init(on loop: Loop) throws(LoopError) {
        self.loop = loop
        hook = try TurnHook(on: loop) { [unowned self] in flush() }
    }

    /// Lets the loop end; what was not written yet is written now.
    public func close() {
        flush()
        hook?.close()
        hook = nil
    }

    func add(_ connection: Connection) { dirty.append(connection) }

    private func flush() {
        guard !dirty.isEmpty else { return }
        let connections = dirty
        dirty = []
        for connection in connections { connection.flush() }
    }
}
