import ClusterModel
import Testing

/// The core driven by the clock.
@Suite struct ControlPlaneTests {
    private var plane = ControlPlane(heartbeatTimeout: .seconds(2))

    init() { _ = plane.handle(.coordinatorStarted(cluster: "test"), at: .start) }

    private func at(_ milliseconds: Int) -> Instant { .start.advanced(by: .milliseconds(milliseconds)) }

    @Test mutating func aSilentNodeIsLostAfterTheTimeout() {
        _ = plane.handle(.join(0), at: at(0))
        #expect(plane.nextDeadline == at(1000))
        #expect(plane.expire(at: at(1000)) == [])
        #expect(plane.nodes().map(\.state) == ["suspect"])
        #expect(plane.nextDeadline == at(2000))
        #expect(plane.expire(at: at(1999)) == [])
        #expect(
            plane.expire(at: at(2000)).map(\.decision)
                == [Decision([.nodeLost(NodeID(0), reason: "it was silent for 2000 ms")], [.disconnect(node(0))])]
        )
        #expect(plane.nodes().map(\.state) == ["lost"])
        #expect(plane.nextDeadline == nil)
    }

    @Test mutating func aDecisionsRoomIsUsedAgainAndItsContentIsNot() {
        var decision = Decision([.nodeDraining(NodeID(7))], [.disconnect(node(7))])
        var other = plane
        plane.handle(.join(0), at: at(0), into: &decision)
        #expect(decision == other.handle(.join(0), at: at(0)))
        plane.handle(.lose(7), at: at(1), into: &decision)
        #expect(decision == .nothing)
    }

    @Test mutating func aHeartbeatKeepsANode() {
        _ = plane.handle(.join(0), at: at(0))
        plane.hear(node(0), [], at: at(900))
        #expect(plane.expire(at: at(1000)) == [])
        #expect(plane.nodes().map(\.state) == ["running"])
        #expect(plane.nextDeadline == at(1900))
        // What another incarnation says keeps nobody.
        plane.hear(node(0, 2), [], at: at(1800))
        #expect(plane.expire(at: at(2000)) == [])
        #expect(
            plane.expire(at: at(2900)).flatMap(\.decision.changes) == [
                .nodeLost(NodeID(0), reason: "it was silent for 2000 ms")
            ])
    }

    @Test mutating func anAttemptWithoutProgressIsKilledAndTriedAgain() {
        var specification = job(maps: 1)
        specification.taskTimeout = 5000
        _ = plane.handle(.join(0, containers: 1), at: at(0))
        _ = plane.handle(.submit(specification), at: at(0))
        live(until: 3000, progress: true)
        live(until: 7999, progress: false)
        let failure = AttemptFailure(reason: "it gave no sign of progress for 5 s (mapreduce.task.timeout)")
        #expect(
            plane.expire(at: at(8000)).map(\.decision) == [
                Decision(
                    [.attemptFailed(map(0), failure), .launched(map(0, 1), 0)],
                    [.kill(map(0), on: NodeID(0)), .launched(map(0, 1), 0)]
                )
            ]
        )
        // The container's answer comes late and means nothing any more.
        #expect(plane.handle(.killed(map(0), on: 0), at: at(8001)) == .nothing)
    }

    @Test mutating func aTimeoutOf0IsNone() {
        var specification = job(maps: 1)
        specification.taskTimeout = 0
        _ = plane.handle(.join(0), at: at(0))
        _ = plane.handle(.submit(specification), at: at(0))
        live(until: 10_000_000, every: 400_000, progress: false)
        #expect(plane.job(JobID(1), at: at(0))?.maps.running == 1)
    }

    @Test(arguments: [map(0), map(0, 1), map(9), map(0, of: 9), reduce(0)])
    mutating func aTimeoutOfWhatDoesNotRunIsIgnored(attempt: AttemptID) {
        #expect(plane.handle(.attemptTimedOut(attempt), at: at(0)) == .nothing)
        _ = plane.handle(.join(0), at: at(0))
        _ = plane.handle(.submit(job(maps: 1)), at: at(0))
        _ = plane.handle(.win(map(0), on: 0), at: at(0))
        _ = plane.handle(.win(reduce(0), on: 0), at: at(0))
        #expect(plane.handle(.attemptTimedOut(attempt), at: at(0)) == .nothing)
    }

    @Test mutating func reportsTellWhatHappened() throws {
        _ = plane.handle(.join(0, containers: 2), at: at(0))
        _ = plane.handle(.submit(job(maps: 2)), at: at(500))
        plane.hear(node(0), [.init(attempt: map(0), fraction: 250, hasProgressed: true)], at: at(600))
        _ = plane.handle(.fail(map(1), on: 0), at: at(1500))
        var counters = Counters()
        counters.add(3, group: "words", name: "SEEN")
        _ = plane.handle(.attemptSucceeded(map(1, 1), counters, from: node(0)), at: at(2500))

        let job = try #require(plane.job(JobID(1), at: at(3500)))
        #expect((job.id, job.state, job.submitted, job.elapsed) == ("job-1", "running", 0.5, 3))
        #expect((job.maps.total, job.maps.running, job.maps.done, job.reduces.pending) == (2, 1, 1, 1))
        #expect((job.attemptsFailed, job.failure) == (1, nil))
        #expect(plane.counters(of: JobID(1))?["words", "SEEN"] == 3)

        let tasks = try #require(plane.tasks(of: JobID(1), at: at(3500)))
        #expect(tasks.map(\.id) == ["job-1-map-0", "job-1-map-1", "job-1-reduce-0"])
        #expect(tasks.map(\.progress) == [0.25, 1, 0])
        #expect(tasks[1].attempts.map(\.id) == ["job-1-map-1-1.0", "job-1-map-1-1.1"])
        #expect(tasks[1].attempts.map(\.state) == ["failed", "succeeded"])
        #expect(tasks[1].attempts.map(\.reason) == ["exit 1", ""])
        #expect(tasks[1].attempts.map(\.seconds) == [1, 1])
        #expect(plane.node(of: map(1)) == NodeID(0))
        #expect(plane.node(of: map(1, 2)) == nil)

        let status = plane.status(at: at(3500))
        #expect((status.nodesRunning, status.containersRunning, status.containersAllowed) == (1, 1, 2))
        #expect((status.jobsActive, status.jobsEnded, status.uptime) == (1, 0, 3.5))
    }

    @Test(arguments: [0, 2, .max, .min])
    mutating func aJobThatIsNoneHasNoReport(number: Int) {
        _ = plane.handle(.submit(job(maps: 1)), at: at(0))
        #expect(plane.job(JobID(number), at: at(0)) == nil)
        #expect(plane.tasks(of: JobID(number), at: at(0)) == nil)
        #expect(plane.counters(of: JobID(number)) == nil)
        #expect(plane.node(of: map(0, of: number)) == nil)
    }

    /// Heartbeats of node 0 about map 0; nothing follows from them.
    private mutating func live(until end: Int, every step: Int = 100, progress: Bool) {
        var now = Int(plane.status(at: last).uptime * 1000)
        while now < end {
            now = min(now + step, end)
            plane.hear(node(0), [.init(attempt: map(0), fraction: 1, hasProgressed: progress)], at: at(now))
            #expect(plane.expire(at: at(now)) == [])
            last = at(now)
        }
    }

    private var last = Instant.start
}
