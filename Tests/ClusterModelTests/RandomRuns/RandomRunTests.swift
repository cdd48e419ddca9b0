import Testing

@Suite struct RandomRunTests {
    @Test(arguments: [0, 50, 100, 150])
    func theRulesHoldWhateverHappensAndEveryJobEnds(first: Int) {
        for seed in first..<first + 50 {
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
