import ClusterModel
import Testing

@testable import martlet

@Suite struct TimelineTests {
    @Test func attemptsThatOverlapHaveLanesOfTheirOwn() throws {
        var told = Told.begun(maps: 3)
        told.launch(.map, 0, on: 0, at: 1)
        told.launch(.map, 1, on: 0, at: 1)
        told.succeed(.map, 0, at: 3)
        told.launch(.map, 2, on: 0, at: 3)
        told.succeed(.map, 1, at: 5)
        told.succeed(.map, 2, at: 5)
        let timeline = Timeline(told.story)
        try #require(timeline.rows.map(\.node.number) == [0, 1])
        #expect(timeline.rows[0].bars.map(\.lane) == [0, 1, 0])
        #expect(timeline.rows[0].bars.map(\.start) == [0, 0, 2] && timeline.rows[0].bars.map(\.end) == [2, 4, 4])
        // Also idle containers have theirs.
        #expect(timeline.rows.map(\.lanes) == [2, 2] && timeline.notes == [])
    }

    /// A job of so many attempts on two nodes of two lanes each, of which one is lost.
    static func large(_ count: Int) -> Told {
        var told = Told.begun(maps: count)
        for index in 0..<count {
            let start = 1 + Double(index / 4) / 100
            told.launch(.map, index, on: index % 2, at: start)
            if index == count / 2 {
                told.tell(.attemptLost(told.attempt(.map, index)), at: start + 0.01)
            } else {
                told.succeed(.map, index, at: start + 0.01)
            }
        }
        return told
    }

    @Test func manyShortAttemptsShareBarsAndTheWorstShows() {
        let timeline = Timeline(Self.large(1000).story, barLimit: 50)
        #expect(timeline.barCount <= 50 && timeline.barCount > 10 && timeline.attemptCount == 1000)
        let bars = timeline.rows.flatMap(\.bars)
        #expect(bars.reduce(0) { $0 + $1.attempts.count } == 1000)
        #expect(bars.count { $0.outcome == .lost } == 1)
        #expect(timeline.notes.first?.hasPrefix("1,000 attempts are drawn as") == true)
    }

    @Test func ofTooManyNodesThoseWithTroubleAreDrawn() {
        var told = Told()
        for node in 0..<20 { told.join(node, containers: 1) }
        told.submit(maps: 20)
        for node in 0..<20 { told.launch(.map, node, on: node, at: 1) }
        told.tell(.attemptFailed(told.attempt(.map, 17), AttemptFailure(reason: "no")), at: 2)
        let timeline = Timeline(told.story, laneLimit: 3)
        #expect(timeline.rows.map(\.node.number) == [0, 1, 17] && timeline.nodesLeftOut == 17)
        #expect(timeline.notes == ["Of 20 nodes 3 are drawn, those on which something went wrong first."])
    }
}
