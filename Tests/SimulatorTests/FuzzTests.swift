import Foundation
import Simulator
import Testing

/// Clusters of random seeds suffer everything, and keep the rules.
@Suite struct FuzzTests {
    private static let isLong = ProcessInfo.processInfo.environment["MARTLET_LONG_TESTS"] != nil
    /// Seeds in one test, so that several run at once.
    private static let share = isLong ? 500 : 50

    @Test(arguments: 0..<6) func noRuleIsBroken(part: Int) {
        let fuzz = Fuzz()
        for seed in part * Self.share..<(part + 1) * Self.share {
            let outcome = fuzz.run(UInt64(seed))
            #expect(outcome.complaints == [], "replay it with: martlet fuzz --seed \(seed) --story")
        }
    }

    /// Whatever change the state is restored at, the changes behind it lead to the same one.
    @Test(arguments: 0..<20) func aShadowRestoredAtAnyChangeComesToTheSame(seed: Int) {
        var fuzz = Fuzz()
        fuzz.choices.nodes = 1...4
        fuzz.checksEveryChange = true
        #expect(fuzz.run(UInt64(seed)).complaints == [])
    }

    /// The coordinator dies right after each change of a run, each in a run of its own.
    @Test(arguments: 0..<(isLong ? 20 : 2)) func theCoordinatorMayDieAtAnyChange(seed: Int) throws {
        var fuzz = Fuzz()
        fuzz.choices.nodes = 1...4
        fuzz.choices.faults = [.fail, .crawl, .duplicate]
        fuzz.plan = FaultPlan()
        let count = fuzz.run(UInt64(seed)).figures.changes
        for change in 1...count {
            fuzz.plan = try FaultPlan(parsing: "at change \(change) crash coordinator for 0.2s\n50 of 1000 fail")
            #expect(fuzz.run(UInt64(seed)).complaints == [], "seed \(seed), killed at change \(change)")
        }
    }

    @Test func theSameSeedIsTheSameRun() {
        var fuzz = Fuzz()
        fuzz.hashesLog = true
        var hash = LogHash()
        for seed in 0..<20 as Range<UInt64> {
            let (one, another) = (fuzz.run(seed), fuzz.run(seed))
            #expect(one.logHash == another.logHash && one.figures == another.figures, "seed \(seed)")
            hash.add(one.logHash)
        }
        var others = LogHash()
        for seed in 20..<40 as Range<UInt64> { others.add(fuzz.run(seed).logHash) }
        #expect(hash != others)
    }

    /// Every kind of fault happens, and happens often.
    @Test func everyFaultHappens() {
        var figures = Figures()
        for seed in 0..<60 as Range<UInt64> { figures += Fuzz().run(seed).figures }
        for (kind, count) in figures.faultCounts { #expect(count > 3, "\(kind)") }
        #expect(figures.crashes > 5 && figures.tornWrites > 0)
    }

    @Test func faultsThatAreNotWantedDoNotHappen() {
        var fuzz = Fuzz()
        fuzz.choices.faults = [.freeze]
        var figures = Figures()
        for seed in 0..<30 as Range<UInt64> { figures += fuzz.run(seed).figures }
        #expect(figures.faultCounts.filter { $0.count > 0 }.map(\.kind) == [.freeze])
    }
}
