import ClusterModel
import Testing
import Wire

/// An ended job gives up what only mattered while it ran.
@Suite struct CollapseTests {
    @Test func anEndedJobKeepsItsCountsAndGivesUpItsInput() {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        for event in [
            Event.coordinatorStarted(cluster: "c"), .join(0), .submit(job(maps: 1, reduces: 0)), .win(map(0), on: 0),
            .win(commit(), on: 0),
        ] {
            _ = plane.handle(event, at: .start)
        }
        let report = plane.job(JobID(1), at: .start)
        #expect(report?.state == "succeeded")
        #expect(report?.maps.done == 1)
        #expect(plane.cluster.specification(of: JobID(1)).splits == [])
        #expect(plane.cluster.specification(of: JobID(1)).inputs == [])
        #expect(plane.tasks(of: JobID(1), at: .start)?.count == 2)
    }

    /// Jobs of 70,000 maps each that are cancelled before any node is there.
    @Test func theOldestJobsGiveUpTheirTasks() throws {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        for number in 1...3 {
            _ = plane.handle(.submit(job(maps: 70_000, reduces: 0, output: "file:///\(number)")), at: .start)
            _ = plane.handle(.cancel(number), at: .start)
        }
        #expect(plane.tasks(of: JobID(1), at: .start) == [])
        #expect(plane.tasks(of: JobID(3), at: .start)?.count == 70_000)
        #expect(plane.job(JobID(1), at: .start)?.maps.total == 70_000)
        #expect(plane.job(JobID(1), at: .start)?.state == "cancelled")
        // A snapshot knows whose they were, and which jobs are the next.
        let bytes = plane.cluster.encodedState
        #expect(try Cluster(decodingState: bytes.span).hasSameState(as: plane.cluster))
    }

    /// However many they are: who asks after a large job has just seen it end.
    @Test func theLastJobKeepsItsTasks() {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        for number in 1...2 {
            _ = plane.handle(.submit(job(maps: 210_000, reduces: 0, output: "file:///\(number)")), at: .start)
            _ = plane.handle(.cancel(number), at: .start)
            #expect(plane.listing(of: JobID(number)).map { first(of: $0, plane) } == 1)
        }
        #expect(plane.tasks(of: JobID(1), at: .start) == [])
    }

    private func first(of listing: TaskListing, _ plane: ControlPlane) -> Int {
        var listing = listing
        return plane.tasks(&listing, limit: 1, at: .start).count
    }

    @Test func longNamesOfCountersAreCut() {
        var counters = Counters()
        counters.add(1, group: String(repeating: "g", count: 1000), name: String(repeating: "n", count: 1000))
        #expect(counters.entries.map(\.group.utf8.count) == [Counters.nameLimit])
        #expect(counters.entries.map(\.name.utf8.count) == [Counters.nameLimit])
    }
}
