import Testing

@testable import martlet

/// When a coordinator that ended unasked is started again.
@Suite struct RestartPolicyTests {
    private static let failedStart = RestartPolicy.Life(milliseconds: 20, hasServed: false, wasKilled: false)
    private static let crash = RestartPolicy.Life(milliseconds: 20, hasServed: true, wasKilled: false)
    private static let lateCrash = RestartPolicy.Life(milliseconds: 5000, hasServed: true, wasKilled: false)
    private static let kill = RestartPolicy.Life(milliseconds: 20, hasServed: true, wasKilled: true)

    @Test(arguments: [failedStart, crash])
    func oneThatEndsAtOnceAgainAndAgainIsGivenUp(life: RestartPolicy.Life) {
        var policy = RestartPolicy()
        let pauses = (0..<RestartPolicy.limit).map { _ in policy.pause(after: life) }
        #expect(pauses == [100, 200, 400, 800, 1600, nil])
    }

    @Test func oneThatHasServedMayBeKilledForEver() {
        var policy = RestartPolicy()
        #expect((0..<1000).allSatisfy { _ in policy.pause(after: Self.kill) == 0 })
    }

    @Test func aLongLifeMakesUpForShortOnes() {
        var policy = RestartPolicy()
        for _ in 1..<RestartPolicy.limit { #expect(policy.pause(after: Self.crash) != nil) }
        #expect(policy.pause(after: Self.lateCrash) == 0)
        #expect(policy.pause(after: Self.crash) == RestartPolicy.firstPause)
    }

    /// Killed, perhaps, because there is no memory for it.
    @Test func oneThatIsKilledBeforeItServesIsGivenUpToo() {
        var policy = RestartPolicy()
        let life = RestartPolicy.Life(milliseconds: 20, hasServed: false, wasKilled: true)
        #expect((0..<RestartPolicy.limit).map { _ in policy.pause(after: life) }.last == .some(nil))
    }
}
