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

    @Test func anIdleContainerGoesWhenThereIsNoRoomForAnother() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        _ = pool.attemptEnded(one, isReusable: true)
        #expect(
            pool.launch(attempt(.reduce, 0)) == [.kill(one), .start(two), .run(attempt(.reduce, 0), in: two)])
        #expect(pool.containerEnded(one) == .idle)
    }

    @Test func aContainerIsReplacedAfterAFailure() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        #expect(pool.attemptEnded(one, isReusable: false) == [.kill(one)])
        #expect(pool.launch(map(1)) == [.start(two), .run(map(1), in: two)])
        #expect(pool.containerEnded(one) == .idle)
    }

    @Test func aKilledAttemptIsGoneWhenItsContainerIs() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        #expect(pool.kill(map(0)) == [.kill(one)])
        #expect(pool.kill(map(0)) == [])
        #expect(pool.running == [])
        #expect(pool.containerEnded(one) == .killed(map(0)))
        #expect(pool.isEmpty)
    }

    @Test func whatAKilledContainerStillSaysIsNotHeard() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        _ = pool.kill(map(0))
        #expect(pool.attempt(in: one) == nil)
        #expect(pool.attemptEnded(one, isReusable: true) == [])
        #expect(pool.containerEnded(one) == .killed(map(0)))
    }

    @Test func aContainerThatDiesByItselfTakesItsAttemptWithIt() {
        var pool = ContainerPool(limit: 1)
        _ = pool.launch(map(0))
        #expect(pool.containerEnded(one) == .died(map(0)))
        #expect(pool.containerEnded(one) == .idle)
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

    private func map(_ index: Int) -> AttemptID { attempt(.map, index) }

    private func attempt(_ kind: TaskKind, _ index: Int) -> AttemptID {
        AttemptID(task: TaskID(job: JobID(1), kind: kind, index: index), epoch: 1, number: 0)
    }
}
