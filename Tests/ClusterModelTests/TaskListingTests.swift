import ClusterModel
import Testing

/// Tasks told some at a time.
@Suite struct TaskListingTests {
    private func plane() -> ControlPlane {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        let events = [Event.coordinatorStarted(cluster: "test"), .join(0), .submit(job(maps: 5, reduces: 2))]
        for event in events + [.win(map(0), on: 0), .fail(map(1), on: 0)] { _ = plane.handle(event, at: .start) }
        return plane
    }

    @Test(arguments: 1...9) func aListingInPiecesIsTheWhole(limit: Int) throws {
        let plane = plane()
        var listing = try #require(plane.listing(of: JobID(1)))
        var told: [TaskReport] = []
        while !listing.isAtEnd {
            let some = plane.tasks(&listing, limit: limit, at: .start)
            #expect(some.count == limit || listing.isAtEnd)
            told += some
        }
        #expect(told == plane.tasks(of: JobID(1), at: .start))
        #expect(told.map(\.id).first == "job-1-map-0" && told.count == 7)
    }

    @Test func whereThereIsNoJobThereIsNoListing() { #expect(plane().listing(of: JobID(2)) == nil) }
}
