import ClusterModel
import Testing

/// Which attempts are slow, and when the control plane looks.
@Suite struct StragglerTests {
    private static let second = Duration.seconds(1)

    private func at(_ seconds: Int) -> Instant { .start.advanced(by: .seconds(seconds)) }

    /// Attempts that began at 0, with how far they are.
    private func tracker(_ fractions: [Int], winnersTook: [Int] = []) -> ProgressTracker {
        var tracker = ProgressTracker()
        for (index, seconds) in winnersTook.enumerated() {
            tracker.watch(map(100 + index), timeout: 0, at: .start)
            tracker.win(map(100 + index), at: at(seconds))
        }
        for (index, fraction) in fractions.enumerated() {
            tracker.watch(map(index), timeout: 0, at: .start)
            tracker.report(
                ControlPlane.AttemptProgress(attempt: map(index), fraction: fraction, hasProgressed: true), at: at(1))
        }
        return tracker
    }

    @Test func theOneWithMostTimeLeftComesFirst() {
        // After 10 s: done in 20, 100 and 50 s; winners took 12.
        let tracker = tracker([500, 100, 200], winnersTook: [10, 14])
        #expect(tracker.stragglers(at: at(10)) == [map(1), map(2)])
    }

    @Test func equalOnesComeInTheOrderOfTheirTasks() {
        let tracker = tracker([100, 100, 100, 100], winnersTook: [10])
        #expect(tracker.stragglers(at: at(10)) == [map(0), map(1), map(2), map(3)])
    }

    @Test func nobodyIsSlowAmongEquals() {
        for seconds in 1...20 { #expect(tracker([500, 500, 510]).stragglers(at: at(seconds)) == []) }
    }

    @Test func withoutWinnersNeighboursAreTheMeasure() {
        #expect(tracker([500, 600, 100]).stragglers(at: at(10)) == [map(2)])
        // The median takes 20 s. Of a third one 25 s are left, which is not much more, or 40.
        #expect(tracker([500, 500, 286]).stragglers(at: at(10)) == [])
        #expect(tracker([500, 500, 200]).stragglers(at: at(10)) == [map(2)])
    }

    @Test func anAttemptAloneIsNotSlow() {
        #expect(tracker([1]).stragglers(at: at(1000)) == [])
    }

    @Test func nothingIsSaidInTheFirstMoments() {
        let tracker = tracker([0, 900], winnersTook: [1])
        #expect(tracker.stragglers(at: .start.advanced(by: .milliseconds(999))) == [])
        #expect(tracker.stragglers(at: at(1)) == [map(0)])
    }

    /// It has read its input and hangs.
    @Test func anAttemptThatIsAlmostDoneForLongIsSlowAtLast() {
        let tracker = tracker([1000], winnersTook: [10])
        #expect(tracker.stragglers(at: at(60)) == [])
        #expect(tracker.stragglers(at: at(100)) == [map(0)])
    }

    @Test func yearsOverflowNothing() {
        let tracker = tracker([0, 500], winnersTook: [10])
        #expect(tracker.stragglers(at: Instant(nanoseconds: .max / 2)) == [map(0), map(1)])
        #expect(self.tracker([0, 0, 500]).stragglers(at: Instant(nanoseconds: .max / 2)) == [])
    }

    @Test func whatWonOrEndedIsNotMeasured() {
        var tracker = tracker([100, 100], winnersTook: [10])
        tracker.win(map(0), at: at(5))
        tracker.forget(map(1))
        #expect(tracker.stragglers(at: at(100)) == [])
    }

    // MARK: - The control plane

    @Test func theSlowAttemptIsBackedUpInTime() {
        var plane = plane(containers: 2)
        _ = plane.handle(.submit(job(maps: 2)), at: .start)
        _ = plane.handle(.win(map(1), on: 1), at: at(3))
        for seconds in 3...8 { plane.hear(node(0), [], at: at(seconds)) }
        var launched: [Change] = []
        while launched.isEmpty, let deadline = plane.nextDeadline, deadline < at(60) {
            for node in [node(0), node(1)] { plane.hear(node, [], at: deadline) }
            launched = plane.expire(at: deadline).flatMap(\.decision.changes)
        }
        #expect(launched == [.backupLaunched(map(0, 1), NodeID(1))])
    }

    /// An idle cluster has nothing to wake up for but its nodes.
    @Test func nobodyLooksWhereThereIsNothingToSee() {
        var idle = plane(containers: 2)
        let silent = idle.nextDeadline
        _ = idle.handle(.submit(job(maps: 1, reduces: 0)), at: .start)
        #expect(idle.nextDeadline == .start.advanced(by: .milliseconds(100)))
        _ = idle.handle(.win(map(0), on: 0), at: .start)
        _ = idle.handle(.win(commit(), on: 0), at: .start)
        #expect(idle.nextDeadline == silent)
        var full = plane(containers: 1)
        _ = full.handle(.submit(job(maps: 2)), at: .start)
        #expect(full.nextDeadline == silent)
    }

    private func plane(containers: Int) -> ControlPlane {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        _ = plane.handle(.coordinatorStarted(cluster: "test"), at: .start)
        for number in 0..<2 { _ = plane.handle(.join(number, containers: containers), at: .start) }
        return plane
    }
}
