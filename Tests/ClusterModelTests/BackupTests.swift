import ClusterModel
import Testing

/// Backup tasks: a second attempt beside a slow one, and one winner of the two.
@Suite struct BackupTests {
    private static let beaten = "another attempt of its task was quicker"

    /// Two maps on two nodes of two containers: one is done, the other slow.
    private func slow(maps: Int = 2, _ change: (inout JobSpecification) -> Void = { _ in }) -> Dialogue {
        var cluster = Dialogue(nodes: [2, 2])
        var specification = job(maps: maps)
        change(&specification)
        cluster.tell(.submit(specification))
        for index in 1..<maps { cluster.tell(.win(map(index), on: index % 2)) }
        return cluster
    }

    @Test func aSlowAttemptGetsABackupOnAnotherNode() {
        var cluster = slow()
        #expect(
            cluster.tell(.attemptSlow(map(0)))
                == Decision([.backupLaunched(map(0, 1), NodeID(1))], [.launched(map(0, 1), 1)]))
        // It has one already, and the backup itself gets none.
        #expect(cluster.tell(.attemptSlow(map(0))) == .nothing)
        #expect(cluster.tell(.attemptSlow(map(0, 1))) == .nothing)
    }

    @Test func theQuickerWinsAndTheOtherIsKilled() {
        for (winner, node, loser, other) in [(map(0, 1), 1, map(0), 0), (map(0), 0, map(0, 1), 1)] {
            var cluster = slow()
            cluster.tell(.attemptSlow(map(0)))
            let decision = cluster.tell(.win(winner, on: node))
            #expect(
                decision.changes.prefix(2) == [.won(winner), .attemptKillRequested(loser, reason: Self.beaten)])
            #expect(decision.effects.contains(.kill(loser, on: NodeID(other))))
            #expect(
                cluster.changes(.killed(loser, on: other)).first == .attemptKilled(loser, reason: Self.beaten))
            #expect(cluster.cluster.locations(of: [0], in: JobID(1)).map(\.attempt) == [winner])
        }
    }

    @Test func aLoserThatEndsBeforeItHearsIsNoSecondWinner() {
        var cluster = slow()
        cluster.tell([.attemptSlow(map(0)), .win(map(0, 1), on: 1)])
        #expect(cluster.changes(.win(map(0), on: 0)).first == .attemptKilled(map(0), reason: Self.beaten))
        #expect(cluster.cluster.locations(of: [0], in: JobID(1)).map(\.attempt) == [map(0, 1)])
    }

    @Test func whenOneOfTwoFailsTheOtherGoesOn() {
        for (failing, node, rest, other) in [(map(0, 1), 1, map(0), 0), (map(0), 0, map(0, 1), 1)] {
            var cluster = slow()
            cluster.tell(.attemptSlow(map(0)))
            #expect(cluster.changes(.fail(failing, on: node)) == [.failed(failing)])
            #expect(cluster.changes(.win(rest, on: other)).first == .won(rest))
        }
    }

    @Test func whenOneOfTwoIsLostTheOtherGoesOn() {
        for (lost, rest, other) in [(1, map(0), 0), (0, map(0, 1), 1)] {
            var cluster = slow(maps: 1) { $0.reduceCount = 0 }
            cluster.tell([.attemptSlow(map(0)), .lose(lost)])
            #expect(cluster.changes(.win(rest, on: other)).first == .won(rest))
            #expect(cluster.history.contains { $0.0 == .attemptLost(lost == 0 ? map(0) : map(0, 1)) })
        }
    }

    @Test func whenBothFailTheTaskRunsAgain() {
        var cluster = slow()
        cluster.tell([.attemptSlow(map(0)), .fail(map(0), on: 0)])
        #expect(cluster.changes(.fail(map(0, 1), on: 1)) == [.failed(map(0, 1)), .launched(map(0, 2), 0)])
    }

    /// What a loser writes must not appear beside what the commit gathers.
    @Test func theCommitWaitsForLosers() {
        var cluster = slow(maps: 1) { $0.reduceCount = 0 }
        cluster.tell(.attemptSlow(map(0)))
        #expect(
            cluster.changes(.win(map(0), on: 0))
                == [
                    .won(map(0)), .attemptKillRequested(map(0, 1), reason: Self.beaten), .jobCommitting(JobID(1)),
                ])
        #expect(
            cluster.changes(.killed(map(0, 1), on: 1))
                == [.attemptKilled(map(0, 1), reason: Self.beaten), .launched(commit(), 0)])
    }

    @Test func whyTheCommitWaitsIsSaid() {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        for event: Event in [
            .coordinatorStarted(cluster: "test"), .join(0), .join(1), .submit(job(maps: 1, reduces: 0)),
            .attemptSlow(map(0)), .win(map(0), on: 0),
        ] { _ = plane.handle(event, at: .start) }
        let commit = plane.tasks(of: JobID(1), at: .start)?.last
        #expect(commit?.id == "job-1-commit-0")
        #expect(
            commit?.why == "waits until job-1-map-0-1.1, which another attempt of its task has beaten, has ended")
    }

    @Test func noMoreThanATenthOfTheContainersRunBackups() {
        var cluster = Dialogue(nodes: [10, 10])
        cluster.tell(.submit(job(maps: 10)))
        let backups = (0..<10).flatMap { cluster.changes(.attemptSlow(map($0))) }
        #expect(backups.count == 2)
    }

    @Test func thereAreNoneWithoutRoomOrWithoutAnotherNode() {
        var full = Dialogue(nodes: [1, 1])
        full.tell(.submit(job(maps: 2)))
        #expect(full.tell(.attemptSlow(map(0))) == .nothing)
        var single = Dialogue(nodes: [4])
        single.tell(.submit(job(maps: 2)))
        #expect(single.tell(.attemptSlow(map(0))) == .nothing)
    }

    @Test func aJobMayWantNone() {
        var maps = slow { $0.speculatesMaps = false }
        #expect(maps.tell(.attemptSlow(map(0))) == .nothing)
        var reduces = Dialogue(nodes: [1, 1])
        var specification = job(maps: 1)
        specification.speculatesReduces = false
        reduces.tell([.submit(specification), .win(map(0), on: 0)])
        #expect(reduces.tell(.attemptSlow(reduce(0))) == .nothing)
    }

    @Test(arguments: [map(0, 1), map(1), map(7), map(0, of: 2), map(0, of: .min), reduce(0), commit(), abort()])
    func whatDoesNotRunIsNotBackedUp(stranger: AttemptID) {
        var cluster = slow()
        #expect(cluster.tell(.attemptSlow(stranger)) == .nothing)
    }

    @Test func aReducersBackupIsToldWhereMapOutputIs() {
        var cluster = Dialogue(nodes: [1, 1])
        cluster.tell([.submit(job(maps: 1)), .win(map(0), on: 0)])
        let decision = cluster.tell(.attemptSlow(reduce(0)))
        #expect(
            decision
                == Decision(
                    [.backupLaunched(reduce(0, 1), NodeID(1))],
                    [
                        .prepare(1), .announceMapOutputs(JobID(1), maps: [0], to: NodeID(1)),
                        .launched(reduce(0, 1), 1),
                    ]))
    }

    /// Found by one seed in 300: its backup would have nothing to fetch, and take the map's place.
    @Test func aReducerGetsNoneWhileAMapMustRunAgain() {
        var cluster = Dialogue(nodes: [1, 1, 1])
        cluster.tell([.submit(job(maps: 1)), .win(map(0), on: 0), .join(3), .lose(1)])
        let report = Event.fetchFailed(reduce: reduce(0), map: map(0), from: node(0))
        cluster.tell([report, report, report])
        #expect(cluster.tell(.attemptSlow(reduce(0))) == .nothing)
    }

    @Test func aCancelledJobEndsWithBoth() {
        var cluster = slow()
        cluster.tell(.attemptSlow(map(0)))
        let kills = cluster.effects(.cancel(1)).filter { if case .kill = $0 { true } else { false } }
        #expect(Set(kills) == [.kill(map(0), on: NodeID(0)), .kill(map(0, 1), on: NodeID(1))])
    }

    @Test func bothAreReported() throws {
        var plane = ControlPlane(heartbeatTimeout: .seconds(2))
        for event: Event in [
            .coordinatorStarted(cluster: "test"), .join(0), .join(1), .submit(job(maps: 1)), .attemptSlow(map(0)),
            .win(map(0, 1), on: 1),
        ] { _ = plane.handle(event, at: .start) }
        let task = try #require(plane.tasks(of: JobID(1), at: .start)?.first)
        #expect(task.attempts.map(\.id) == ["job-1-map-0-1.1", "job-1-map-0-1.0"])
        #expect(task.attempts.map(\.state) == ["succeeded", "running"])
        #expect(task.attempts.map(\.reason) == ["", Self.beaten])
        #expect(plane.node(of: map(0)) == NodeID(0))
        #expect(plane.node(of: map(0, 1)) == NodeID(1))
    }
}
