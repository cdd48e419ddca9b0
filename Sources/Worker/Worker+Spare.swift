internal import ClusterModel
internal import EventLoop
internal import Logging
internal import Wire

// Containers that are there before anything is to run in them: to start one takes as long as many an attempt.

extension Worker {
    /// Milliseconds after it has joined: a cluster that starts has enough to do.
    static let spareDelay: UInt64 = 100

    /// Milliseconds after one was last taken, unless the node has nothing to do before: a job that has just begun has the
    /// cores to itself. On two cores a container that starts beside it costs it as much as one that it has to wait for.
    private static let refillDelay: UInt64 = 50

    /// A small job's map and its reducer need one each; its commit runs where one of them has run.
    private static let spareCount = 2

    /// A job with a limit of its own gets a container of its own.
    private static let spareLimit = AttemptLimits(StreamingProgram()).processes

    func makeSpare() {
        guard spares.count < Self.spareCount, !isStopping else { return }
        do {
            let container = try ContainerProcess(outbox, children, processLimit: Self.spareLimit)
            container.onEnd = { [unowned self, unowned container] _ in
                spares.removeAll { $0 === container }
                closeWhenEmpty()
            }
            spares.append(container)
            spareTimer?.set(milliseconds: 1)
        } catch {
            log.warning("no container could be started in advance: \(error)")
        }
    }

    /// The last container has ended: there is time to start others.
    func refillSpares() {
        if spares.count < Self.spareCount { spareTimer?.set(milliseconds: 1) }
    }

    /// The next one is started when none has been taken for a while.
    func takeSpare(_ processLimit: Int?) -> ContainerProcess? {
        guard let taken = spares.first, taken.processLimit == processLimit else { return nil }
        spares.removeFirst()
        spareTimer?.set(milliseconds: Self.refillDelay)
        return taken
    }
}
