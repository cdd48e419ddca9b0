import ClusterModel
import Testing

/// Attempts of a job that run at once, at most (`mapreduce.job.running.map.limit`, and the same of reducers).
@Suite struct RunningLimitTests {
    private var cluster = Dialogue(nodes: [4, 4])

    private func limited(maps: Int, reduces: Int = 1, toMaps: Int = 0, toReduces: Int = 0) -> JobSpecification {
        var specification = job(maps: maps, reduces: reduces)
        (specification.runningMapLimit, specification.runningReduceLimit) = (toMaps, toReduces)
        return specification
    }

    @Test mutating func noMoreMapsRunThanMay() {
        #expect(cluster.changes(.submit(limited(maps: 4, toMaps: 2))).launches == [map(0), map(1)])
        #expect(cluster.changes(.win(map(0), on: 0)).launches == [map(2)])
        // A retry waits as others do, and comes first.
        #expect(cluster.changes(.fail(map(1), on: 1)).launches == [map(1, 1)])
    }

    @Test(arguments: [0, -1]) mutating func noLimitIsNone(limit: Int) {
        let specification = limited(maps: 5, toMaps: limit, toReduces: limit)
        #expect(cluster.changes(.submit(specification)).launches.count == 5)
    }

    @Test mutating func noMoreReducersRunThanMay() {
        cluster.tell(.submit(limited(maps: 1, reduces: 3, toReduces: 2)))
        #expect(cluster.changes(.win(map(0), on: 0)).launches == [reduce(0), reduce(1)])
        #expect(cluster.changes(.win(reduce(0), on: 0)).launches == [reduce(2)])
    }

    @Test mutating func theNextJobGetsTheOtherContainers() {
        cluster.tell(.submit(limited(maps: 5, toMaps: 2)))
        #expect(cluster.changes(.submit(job(maps: 9, output: "file:///other"))).launches.count == 6)
    }

    @Test mutating func aBackupTaskCountsToo() {
        cluster.tell(.submit(limited(maps: 2, toMaps: 2)))
        #expect(cluster.tell(.attemptSlow(map(0))) == .nothing)
        cluster.tell(.win(map(1), on: 1))
        #expect(cluster.changes(.attemptSlow(map(0))) == [.backupLaunched(map(0, 1), NodeID(1))])
    }

    /// One map may run, and so one reducer gives way, though six maps wait.
    @Test mutating func noMoreReducersGiveWayThanMapsMayRun() {
        cluster = Dialogue(nodes: [4, 4, 4])
        cluster.tell(.submit(limited(maps: 6, reduces: 12, toMaps: 1)))
        for index in 0..<6 { cluster.tell(.win(map(index), on: 0)) }
        let killed = cluster.changes(.lose(0)).filter { if case .attemptKillRequested = $0 { true } else { false } }
        #expect(killed.count == 1)
    }

    /// A retry that waits for a node gets the place before a backup task.
    @Test mutating func aBackupTaskTakesNoPlaceThatAnotherTaskWaitsFor() {
        cluster = Dialogue(nodes: [1, 1, 2])
        cluster.tell(.submit(limited(maps: 3, toMaps: 3)))
        #expect(cluster.changes(.submit(job(maps: 1, output: "file:///other"))).launches.count == 1)
        #expect(cluster.tell(.attemptSlow(map(0))) == .nothing)
    }

    @Test func whoWaitsIsToldWhy() {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        _ = plane.handle(.coordinatorStarted(cluster: "c"), at: .start)
        _ = plane.handle(.join(0, containers: 4), at: .start)
        _ = plane.handle(.submit(limited(maps: 2, toMaps: 1)), at: .start)
        let why = plane.tasks(of: JobID(1), at: .start).map { $0.map(\.why) }
        let limit = "waits for another of its job's maps: no more than 1 run at once (mapreduce.job.running.map.limit)"
        #expect(why == ["", limit, "waits until more maps are done"])
    }
}
