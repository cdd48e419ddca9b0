import ClusterModel
import SeededNumbers
import Simulator
import Testing
import Wire

/// The hard state of clusters to which everything has happened, in bytes and back.
@Suite struct StateCodingTests {
    private static let seeds = (0..<60).map { UInt64($0) }

    /// What a simulated cluster came to, and its changes.
    private struct Run {
        let cluster: Cluster
        let history: [(Change, Instant)]

        init(seed: UInt64) {
            var simulation = Simulation(Scenario(seed: seed))
            _ = simulation.run()
            cluster = simulation.cluster
            history = simulation.journal.flatMap { entry in entry.changes.map { ($0, entry.instant) } }
        }
    }

    @Test(arguments: seeds) func aStateComesBackFromItsBytes(seed: UInt64) throws {
        let run = Run(seed: seed)
        var cluster = Cluster()
        for (place, (change, instant)) in run.history.enumerated() {
            cluster.replay(change, at: instant)
            if place.isMultiple(of: 17) { try expectSame(cluster) }
        }
        try expectSame(cluster)
        #expect(cluster.stateHash == run.cluster.stateHash)
    }

    private func expectSame(_ cluster: Cluster) throws {
        let bytes = cluster.encodedState
        let read = try Cluster(decodingState: bytes.span)
        #expect(read.hasSameState(as: cluster))
        #expect(read.stateHash == cluster.stateHash)
    }

    @Test(arguments: seeds) func aSnapshotAndTheRestAreTheWhole(seed: UInt64) throws {
        let run = Run(seed: seed)
        var random = SplitMix64(seed: seed)
        let cut = random.below(run.history.count)
        let bytes = Cluster(evolving: Array(run.history[..<cut])).encodedState
        var cluster = try Cluster(decodingState: bytes.span)
        for (change, instant) in run.history[cut...] { cluster.replay(change, at: instant) }
        #expect(cluster.hasSameState(as: run.cluster))
        #expect(cluster.stateHash == run.cluster.stateHash)
    }

    /// Other processes, other orders of dictionaries: what is written here was the hash in another one.
    @Test func theSameRunHasTheSameHashInEveryProcess() {
        #expect(
            Run(seed: 7).cluster.stateHash == "a9bdec363c6057afc502e0447d2164b20c6c1b37dd14b9987847b8d2865cfeff")
    }

    /// A job of a million tasks must fit into some tens of megabytes.
    @Test func aFinishedTaskAndItsCountersTakeThirtyFiveBytesAtMost() throws {
        let count = 3000
        var cluster = Cluster()
        var now = Instant(nanoseconds: 86_400_000_000_000)
        func make(_ change: Change) {
            now = now.advanced(by: .microseconds(1234))
            cluster.replay(change, at: now)
        }
        make(.coordinatorStarted(epoch: 1, cluster: "c"))
        for number in 0..<100 { make(.nodeRegistered(node(number), worker(number, containers: 100))) }
        make(.jobSubmitted(JobID(1), job(maps: count)))
        var counters = Counters()
        for name in ["MAP_INPUT_RECORDS", "MAP_OUTPUT_BYTES", "MAP_OUTPUT_RECORDS", "SPILLED_RECORDS"] {
            counters.add(1_000_000, group: Counters.taskGroup, name: name)
        }
        for index in 0..<count { make(.launched(map(index), index % 100)) }
        for index in 0..<count { make(.attemptSucceeded(map(index), counters)) }
        let kept = cluster.state.jobs[0]
        let (tasks, values) = (kept.tables[0].encoded().count, kept.taskCounters[0].encoded().count)
        #expect(tasks < 15 * count, "\(tasks) bytes of tasks")
        #expect(values < 20 * count, "\(values) bytes of counters")
        let bytes = cluster.encodedState
        #expect(try Cluster(decodingState: bytes.span).hasSameState(as: cluster))
    }

    /// What passes for a state must not end the process that looks at it.
    @Test func anyBytesAreAStateOrAnError() {
        var random = SplitMix64(seed: 4)
        let samples = (0..<8).map { seed in
            let history = Run(seed: UInt64(seed)).history
            return Cluster(evolving: Array(history[..<(history.count / 2)])).encodedState
        }
        var readCount = 0
        for _ in 0..<6000 {
            var bytes = samples[random.below(samples.count)]
            if random.chance(percent: 20) { bytes.removeLast(random.below(bytes.count)) }
            if random.chance(percent: 10) { bytes = bytes.prefix(100).map { _ in UInt8(random.below(256)) } }
            for _ in 0..<random.below(4) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = UInt8(random.below(256))
            }
            guard let cluster = try? Cluster(decodingState: bytes.span) else { continue }
            readCount += 1
            _ = cluster.invariantBroken
            _ = cluster.encodedState
            _ = ControlPlane(heartbeatTimeout: .seconds(2), recovering: cluster, at: .start)
        }
        #expect(readCount > 100)
    }
}
