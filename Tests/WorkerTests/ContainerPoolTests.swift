import ClusterModel
import Testing

@testable import Worker

/// Which container runs which attempt.
@Suite struct ContainerPoolTests {
    let one = ContainerPool.ContainerID(number: 1)
    let two = ContainerPool.ContainerID(number: 2)

    @Test func aContainerIsKeptForAttemptsOfTheSameJobAndKind() {
        var pool = ContainerPool(limit: 2)
        #expect(pool.launch(map(0)) == [.start(one), .run(map(0), in: one)])
        #expect(pool.attemptEnded(one, isReusable: true) == [])
        #expect(pool.launch(map(1)) == [.run(map(1), in: one)])
    }

    @Test func anotherKindGetsAnotherContainer() {
        var pool = ContainerPool(limit: 2)
        _ = pool.launch(map(0))
        _ = pool.attemptEnded(one, isReusable: true)
        #expect(pool.launch(attempt(.reduce, 0)) == [.start(two), .run(attempt(.reduce, 0), in: two)])
    }

    @Test func aCommitRunsWhereverTheJobHasAContainerThatIsFree() {
        var pool = ContainerPool(limit: 2)
        _ = pool.launch(map(0))
        let commit = attempt(.commit, 0)
        #expect(pool.launch(commit) == [.start(two), .run(commit, in: two)])
        _ = pool.attemptEnded(one, isReusable: true)
        _ = pool.attemptEnded(two, isReusable: true)
        #expect(pool.launch(commit) == [.run(commit, in: one)])
        let others = AttemptID(task: TaskID(job: JobID(9), kind: .commit, index: 0), epoch: 1, number: 0)
        #expect(pool.launch(others).first == .kill(two))
    }

    @Test func anIdleContainerGoesWhenThereIsNoRoomForAnother() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        _ = pool.attemptEnded(one, isReusable: true)
        #expect(
            pool.launch(attempt(.reduce, 0)) == [.kill(one), .start(two), .run(attempt(.reduce, 0), in: two)])
        #expect(pool.containerEnded(one) == ContainerPool.End())
    }

    @Test func aContainerIsReplacedAfterAFailure() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        #expect(pool.attemptEnded(one, isReusable: false) == [.kill(one)])
        #expect(pool.launch(map(1)) == [.start(two), .run(map(1), in: two)])
        #expect(pool.containerEnded(one) == ContainerPool.End())
    }

    @Test func aKilledAttemptIsGoneWhenItsContainerIs() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        #expect(pool.kill(map(0)) == [.kill(one)])
        #expect(pool.kill(map(0)) == [])
        #expect(pool.running == [])
        #expect(pool.containerEnded(one) == ContainerPool.End(killed: [map(0)]))
        #expect(pool.isEmpty)
    }

    @Test func whatAKilledContainerStillSaysIsNotHeard() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        _ = pool.kill(map(0))
        #expect(pool.attempt(in: one) == nil)
        #expect(pool.attemptEnded(one, isReusable: true) == [])
        #expect(pool.containerEnded(one) == ContainerPool.End(killed: [map(0)]))
    }

    @Test func aContainerThatDiesByItselfTakesItsAttemptWithIt() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        #expect(pool.containerEnded(one) == ContainerPool.End(died: map(0)))
        #expect(pool.containerEnded(one) == ContainerPool.End())
    }

    @Test func aKillThatComesTooLateDoesNothing() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        _ = pool.attemptEnded(one, isReusable: true)
        #expect(pool.kill(map(0)) == [])
    }

    @Test func idleContainersEndWithTheirJob() {
        var pool = ContainerPool(limit: 3)
        _ = pool.launch(map(0))
        _ = pool.launch(map(1))
        _ = pool.attemptEnded(one, isReusable: true)
        #expect(pool.forget(JobID(2)) == [])
        #expect(pool.forget(JobID(1)) == [.kill(one)])
        #expect(pool.running == [map(1)])
    }

    @Test func whatHasNoContainerWaits() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        #expect(pool.launch(map(1)) == [])
        #expect(pool.queued == [map(1)] && pool.running == [map(0)])
        #expect(pool.attemptEnded(one, isReusable: true) == [.run(map(1), in: one)])
        #expect(pool.queued == [])
    }

    @Test func behindAShortAttemptOthersWaitInTheContainer() {
        var pool = shortOnes()
        #expect(pool.launch(map(2)) == [.run(map(2), in: one)])
        #expect(pool.queued == [map(2)] && pool.running == [map(1)])
        for index in 3...ContainerPool.depth + 1 { #expect(pool.launch(map(index)) == [.run(map(index), in: one)]) }
        #expect(pool.launch(map(9)) == [])
        #expect(pool.attemptEnded(one, isReusable: true, wasShort: true) == [.run(map(9), in: one)])
        #expect(pool.attempt(in: one) == map(2))
    }

    @Test func whatWaitsIsKilledWithoutItsContainer() {
        var pool = shortOnes()
        _ = pool.launch(map(2))
        _ = pool.launch(map(3))
        #expect(pool.kill(map(2)) == [.release(one)])
        #expect(pool.kill(map(2)) == [])
        #expect(pool.released([map(2), map(3)], by: one) == [.giveUp(map(2))])
        #expect(pool.attemptEnded(one, isReusable: true) == [.run(map(3), in: one)])
        _ = pool.launch(map(4))
        #expect(pool.kill(map(4)) == [.giveUp(map(4))])
    }

    @Test func whatHadBegunBeforeItCouldBeGivenBackDiesWithItsContainer() {
        var pool = shortOnes()
        _ = pool.launch(map(2))
        _ = pool.launch(map(3))
        #expect(pool.kill(map(2)) == [.release(one)])
        _ = pool.attemptEnded(one, isReusable: true, wasShort: true)
        #expect(pool.released([map(3)], by: one) == [.kill(one), .start(two), .run(map(3), in: two)])
        #expect(pool.containerEnded(one) == ContainerPool.End(killed: [map(2)]))
    }

    @Test func whatHadEndedBeforeItCouldBeGivenBackHasEnded() {
        var pool = shortOnes()
        _ = pool.launch(map(2))
        #expect(pool.kill(map(2)) == [.release(one)])
        _ = pool.attemptEnded(one, isReusable: true, wasShort: true)
        _ = pool.attemptEnded(one, isReusable: true, wasShort: true)
        #expect(pool.released([], by: one) == [])
        #expect(pool.launch(map(3)) == [.run(map(3), in: one)])
    }

    @Test func whatWaitsInAContainerThatDiesGoesWithIt() {
        var pool = shortOnes()
        _ = pool.launch(map(2))
        #expect(pool.containerEnded(one) == ContainerPool.End(died: map(1), killed: [map(2)]))
    }

    @Test func whatWaitsBehindAFailureGoesToAnotherContainer() {
        var pool = shortOnes()
        _ = pool.launch(map(2))
        #expect(
            pool.attemptEnded(one, isReusable: false) == [.kill(one), .start(two), .run(map(2), in: two)])
        #expect(pool.containerEnded(one) == ContainerPool.End())
    }

    @Test func whatWaitsBehindALongAttemptMovesToAFreeContainer() {
        var pool = ContainerPool(limit: 2)
        _ = pool.launch(map(0))
        _ = pool.launch(map(1))
        _ = pool.attemptEnded(one, isReusable: true, wasShort: true)
        for index in 2...4 { _ = pool.launch(map(index)) }
        #expect(pool.rebalance() == [])
        #expect(pool.attemptEnded(two, isReusable: true) == [])
        #expect(pool.rebalance() == [.release(one)])
        #expect(pool.released([map(3), map(4)], by: one) == [.run(map(3), in: two)])
        #expect(pool.queued == [map(4)])
    }

    @Test func whatWaitsIsForgottenWithItsJob() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        _ = pool.launch(map(1))
        #expect(pool.forget(JobID(1)) == [])
        #expect(pool.held == [map(0)])
    }

    /// The second runs, in a container in which others may wait.
    private func shortOnes() -> ContainerPool {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        _ = pool.launch(map(1))
        _ = pool.attemptEnded(one, isReusable: true, wasShort: true)
        return pool
    }

    private func map(_ index: Int) -> AttemptID { attempt(.map, index) }

    private func attempt(_ kind: TaskKind, _ index: Int) -> AttemptID {
        AttemptID(task: TaskID(job: JobID(1), kind: kind, index: index), epoch: 1, number: 0)
    }
}
