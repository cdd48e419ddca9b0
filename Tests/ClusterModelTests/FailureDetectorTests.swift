import ClusterModel
import Testing

@Suite struct FailureDetectorTests {
    private func at(_ milliseconds: Int) -> Instant { .start.advanced(by: .milliseconds(milliseconds)) }

    @Test func aNodeIsSuspectAfterHalfTheTimeoutAndLostAfterTheWhole() {
        var detector = FailureDetector(timeout: .seconds(2))
        detector.watch(node(0), at: at(0))
        #expect(detector.expire(at: at(999)) == [])
        #expect(detector.expire(at: at(1000)) == [.suspect(node(0))])
        #expect(detector.isSuspect(node(0)))
        #expect(detector.expire(at: at(1500)) == [])
        #expect(detector.expire(at: at(2000)) == [.lost(node(0), isDeaf: false)])
        #expect(!detector.isSuspect(node(0)))
        #expect(detector.expire(at: at(9000)) == [])
    }

    @Test func aSignOfLifeEndsTheSuspicion() {
        var detector = FailureDetector(timeout: .seconds(2))
        detector.watch(node(0), at: at(0))
        _ = detector.expire(at: at(1000))
        detector.hear(node(0), at: at(1200))
        #expect(!detector.isSuspect(node(0)))
        #expect(detector.expire(at: at(2000)) == [])
        #expect(detector.nextDeadline == at(2200))
        #expect(detector.expire(at: at(2200)) == [.suspect(node(0))])
        #expect(detector.expire(at: at(3200)) == [.lost(node(0), isDeaf: false)])
    }

    @Test func whatIsForgottenIsNeverFound() {
        var detector = FailureDetector(timeout: .seconds(2))
        detector.watch(node(0), at: at(0))
        detector.forget(node(0))
        detector.hear(node(0), at: at(500))
        #expect(detector.expire(at: at(1000)) == [])
        #expect(detector.nextDeadline == nil)
    }

    @Test func nodesThatFallSilentTogetherAreFoundInTheirOrder() {
        var detector = FailureDetector(timeout: .seconds(2))
        for number in [3, 1, 2, 0] { detector.watch(node(number), at: at(0)) }
        #expect(detector.expire(at: at(1000)) == (0..<4).map { .suspect(node($0)) })
        #expect(detector.expire(at: at(2000)) == (0..<4).map { .lost(node($0), isDeaf: false) })
    }

    /// If it is called half a second late it stood still itself, and the heartbeats have yet to be read.
    @Test func anObserverThatStoodStillJudgesNobody() {
        var detector = FailureDetector(timeout: .seconds(2))
        detector.watch(node(0), at: at(0))
        #expect(detector.expire(at: at(60_000)) == [])
        #expect(detector.nextDeadline == at(61_000))
        #expect(detector.expire(at: at(61_000)) == [.suspect(node(0))])
        #expect(detector.expire(at: at(62_000)) == [.lost(node(0), isDeaf: false)])
    }

    /// Half of it is no whole number of nanoseconds.
    @Test(arguments: [Duration.nanoseconds(2_000_000_001), .seconds(2) / 3])
    func anOddTimeoutEnds(timeout: Duration) {
        var detector = FailureDetector(timeout: timeout)
        detector.watch(node(0), at: .start)
        for finding: FailureDetector.Finding in [.suspect(node(0)), .lost(node(0), isDeaf: false)] {
            guard let deadline = detector.nextDeadline else { return #expect(Bool(false), "no deadline is left") }
            #expect(detector.expire(at: deadline) == [finding])
        }
    }
}

@Suite struct ProgressTrackerTests {
    private func at(_ milliseconds: Int) -> Instant { .start.advanced(by: .milliseconds(milliseconds)) }

    @Test func anAttemptWithoutProgressIsFoundOnce() {
        var tracker = ProgressTracker()
        tracker.watch(map(0), timeout: 10_000, at: at(0))
        #expect(tracker.nextDeadline == at(10_000))
        #expect(tracker.expire(at: at(9999)) == [])
        #expect(tracker.expire(at: at(10_000)) == [map(0)])
        #expect(tracker.expire(at: at(20_000)) == [])
        #expect(tracker.nextDeadline == nil)
    }

    @Test func progressMovesTheDeadlineAndMereReportsDoNot() {
        var tracker = ProgressTracker()
        tracker.watch(map(0), timeout: 10_000, at: at(0))
        tracker.report(report(100, hasProgressed: true), at: at(4000))
        tracker.report(report(100, hasProgressed: false), at: at(8000))
        #expect(tracker.expire(at: at(10_000)) == [])
        #expect(tracker.nextDeadline == at(14_000))
        #expect(tracker.expire(at: at(14_000)) == [map(0)])
    }

    @Test func attemptsWithoutATimeoutAreNeverFound() {
        var tracker = ProgressTracker()
        tracker.watch(map(0), timeout: 0, at: at(0))
        #expect(tracker.nextDeadline == nil)
        #expect(tracker.expire(at: at(1_000_000_000)) == [])
    }

    @Test func equalDeadlinesComeInTheOrderOfTheirMaking() {
        var tracker = ProgressTracker()
        for index in [2, 0, 1] { tracker.watch(map(index), timeout: 1000, at: at(0)) }
        #expect(tracker.expire(at: at(1000)) == [map(2), map(0), map(1)])
    }

    @Test(arguments: [(-5, 0), (0, 0), (500, 500), (1000, 1000), (.max, 1000)])
    func theFractionStaysWithinTheWhole(reported: Int, kept: Int) {
        var tracker = ProgressTracker()
        tracker.watch(map(0), timeout: 0, at: at(0))
        tracker.report(report(reported, hasProgressed: true), at: at(0))
        #expect(tracker.fraction(of: map(0)) == kept)
        tracker.forget(map(0))
        tracker.report(report(1, hasProgressed: true), at: at(0))
        #expect(tracker.fraction(of: map(0)) == 0)
    }

    private func report(_ fraction: Int, hasProgressed: Bool) -> ControlPlane.AttemptProgress {
        ControlPlane.AttemptProgress(attempt: map(0), fraction: fraction, hasProgressed: hasProgressed)
    }

    // MARK: - Deaf nodes

    private func hear(_ detector: inout FailureDetector, _ heard: Int, of sent: Int, at milliseconds: Int) {
        detector.hear(node(0), at: at(milliseconds))
        detector.note(FailureDetector.Hearing(heard: heard, sent: sent), of: node(0), at: at(milliseconds))
    }

    @Test func aNodeThatSpeaksAndHearsNothingIsLost() {
        var detector = FailureDetector(timeout: .seconds(2))
        detector.watch(node(0), at: at(0))
        hear(&detector, 3, of: 3, at: 900)
        for time in stride(from: 1000, through: 2900, by: 100) {
            hear(&detector, 3, of: 4, at: time)
            let expected: [FailureDetector.Finding] = time == 2000 ? [.suspect(node(0))] : []
            #expect(detector.expire(at: at(time)) == expected)
            #expect(detector.isSuspect(node(0)) == (time >= 2000))
        }
        hear(&detector, 3, of: 4, at: 3000)
        #expect(detector.expire(at: at(3000)) == [.lost(node(0), isDeaf: true)])
    }

    @Test func aNodeThatStandsStillIsSilentWhateverItWasSent() {
        var detector = FailureDetector(timeout: .seconds(2))
        detector.watch(node(0), at: at(0))
        for time in [0, 100, 200] { hear(&detector, 3, of: 4, at: time) }
        #expect(detector.expire(at: at(1100)) == [.suspect(node(0))])
        #expect(detector.expire(at: at(2100)) == [.lost(node(0), isDeaf: false)])
    }

    @Test func aNodeThatHearsSlowlyIsWell() {
        var detector = FailureDetector(timeout: .seconds(2))
        detector.watch(node(0), at: at(0))
        for time in stride(from: 0, through: 20_000, by: 500) {
            hear(&detector, time / 1000, of: time, at: time)
            #expect(detector.expire(at: at(time)) == [])
        }
    }

    @Test func hearingAgainEndsTheSuspicion() {
        var detector = FailureDetector(timeout: .seconds(2))
        detector.watch(node(0), at: at(0))
        for time in [0, 900, 1000] { hear(&detector, 0, of: 1, at: time) }
        #expect(detector.expire(at: at(1000)) == [.suspect(node(0))])
        hear(&detector, 1, of: 1, at: 1100)
        // The next sign of life finds it well.
        hear(&detector, 1, of: 1, at: 1200)
        #expect(!detector.isSuspect(node(0)))
        #expect(detector.expire(at: at(2200)) == [.suspect(node(0))])
    }
}
