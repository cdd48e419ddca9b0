import Testing

@testable import ClusterModel

@Suite struct DeadlineTests {
    @Test func deadlinesOfEndedAttemptsAreGivenUpAndThoseOfOthersKept() {
        var tracker = ProgressTracker()
        tracker.watch(map(0), timeout: 1000, at: .start)
        for index in 1...100_000 {
            tracker.watch(map(index), timeout: 1000, at: .start)
            tracker.win(map(index), at: .start)
        }
        #expect(tracker.deadlineCount <= 4096)
        #expect(tracker.expire(at: .start.advanced(by: .seconds(1))) == [map(0)])
    }
}
