internal import ClusterModel
internal import EventLoop
internal import Logging
internal import Wire

// Containers that are there before anything is to run in them: to start one takes as long as many an attempt.

extension Worker {
    /// Milliseconds after it has joined: a cluster that starts has enough to do.
    static let spareDelay: UInt64 = 100

    /// A small job's map and its reducer need one each, and there is time for another until its commit.
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
            makeSpareSoon()
        } catch {
            log.warning("no container could be started in advance: \(error)")
        }
    }

    /// The next one is started when this one has been told what to do.
    func takeSpare(_ processLimit: Int?) -> ContainerProcess? {
        guard let taken = spares.first, taken.processLimit == processLimit else { return nil }
        spares.removeFirst()
        makeSpareSoon()
        return taken
    }

    private func makeSpareSoon() { spareTimer?.set(milliseconds: 1) }
}
