internal import ClusterModel
internal import EventLoop
internal import Logging
internal import Wire

// A container that is there before anything is to run in it: to start one takes as long as many an attempt.

extension Worker {
    /// Milliseconds after it has joined: a cluster that starts has enough to do.
    static let spareDelay: UInt64 = 100

    /// A job with a limit of its own gets a container of its own.
    private static let spareLimit = AttemptLimits(StreamingProgram()).processes

    func makeSpare() {
        guard spare == nil, !isStopping else { return }
        do {
            let container = try ContainerProcess(outbox, children, processLimit: Self.spareLimit)
            container.onEnd = { [unowned self] _ in
                spare = nil
                closeWhenEmpty()
            }
            spare = container
        } catch {
            log.warning("no container could be started in advance: \(error)")
        }
    }

    /// The next one is started when this one has been told what to do.
    func takeSpare(_ processLimit: Int?) -> ContainerProcess? {
        guard let taken = spare, taken.processLimit == processLimit else { return nil }
        spare = nil
        spareTimer?.set(milliseconds: 1)
        return taken
    }
}
