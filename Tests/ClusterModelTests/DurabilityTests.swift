import ClusterModel
import Testing

/// What waits for the journal.
@Suite struct DurabilityTests {
    @Test func whatIsPromisedWaitsForTheJournal() {
        var cluster = Dialogue(nodes: [2])
        let effects = cluster.effects(.submit(job(maps: 1)))
        #expect(effects.contains(.answer(request, .submitted(JobID(1)))))
        #expect(awaited(.answer(request, .submitted(JobID(1))), cluster) == cluster.cluster.sequence)
        #expect(cluster.cluster.changeAwaitedByReports == cluster.cluster.sequence)
    }

    @Test func whileTheJournalCannotBeWrittenReportsAndRefusalsLeaveAtOnce() {
        var cluster = Dialogue(nodes: [2])
        cluster.tell(.journalStuck(reason: "the disk is full"))
        let refusal = Effect.refused("the coordinator cannot remember a job now: the disk is full")
        #expect(cluster.effects(.submit(job(maps: 1))) == [refusal])
        #expect(awaited(refusal, cluster) == 0)
        #expect(cluster.cluster.changeAwaitedByReports == 0)
        cluster.tell(.journalStuck(reason: nil))
        #expect(cluster.cluster.changeAwaitedByReports == cluster.cluster.sequence)
    }

    private func awaited(_ effect: Effect, _ dialogue: Dialogue) -> Int {
        dialogue.cluster.changeAwaited(by: effect)
    }
}
