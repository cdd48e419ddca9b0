import Testing

@Suite struct RandomRunTests {
    @Test func theRulesHoldWhateverHappensAndEveryJobEnds() {
        for seed in 0..<200 {
            let run = RandomRun(seed: UInt64(seed))
            #expect(run.referee.complaints == [], "seed \(seed)")
        }
    }

    @Test func theSameSeedBringsTheSameDecisions() {
        for seed in [3, 141, 59] as [UInt64] {
            #expect(RandomRun(seed: seed).decisions == RandomRun(seed: seed).decisions, "seed \(seed)")
        }
    }
}
