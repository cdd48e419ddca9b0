import ArgumentParser
import ClusterModel
import Simulator
import Testing

@testable import martlet

@Suite struct FuzzReportTests {
    /// A core that forgets map output that went with its node.
    private var forgetful: Fuzz {
        var fuzz = Fuzz()
        var meddler = Simulation.Meddler()
        meddler.decision = { decision, _ in
            var altered = decision
            altered.changes.removeAll { if case .mapOutputLost = $0 { true } else { false } }
            return altered
        }
        fuzz.meddler = meddler
        return fuzz
    }

    @Test func aViolationIsToldWithItsCommand() throws {
        let command = try #require(
            MartletCommand.parseAsRoot(["fuzz", "--faults", "kill,rack", "--nodes", "3-6"]) as? FuzzCommand)
        var fuzz = forgetful
        fuzz.choices.faults = [.kill, .rack]
        fuzz.choices.nodes = 3...6
        let result = try FuzzCrew(fuzz, first: 0, count: 60).run(threads: 2)
        let seed = try #require(result.broken.first)
        let violation = try #require(fuzz.examine(seed))
        let report = FuzzReport(result, [violation], 60, hash: false, options: command)
        let text = report.text
        let again = "martlet fuzz --seed \(seed) --prefix \(violation.prefix) --nodes 3-6 --faults kill,rack --story"
        #expect(text.contains("again: \(again)\n"))
        #expect(text.contains("broken: \(violation.complaints[0])\n"))
        #expect(text.contains("\(violation.plan)again: "))
        #expect(text.contains("60 seeds: \(result.brokenCount) break a rule\n"))
        #expect(report.violations.map(\.command) == [again])
    }

    @Test func whatComesOfSeedsDoesNotDependOnTheThreads() throws {
        var fuzz = forgetful
        fuzz.hashesLog = true
        let (one, three) = try (
            FuzzCrew(fuzz, first: 5, count: 50).run(threads: 1), FuzzCrew(fuzz, first: 5, count: 50).run(threads: 3)
        )
        #expect(one.figures == three.figures)
        #expect(one.broken == three.broken && !one.broken.isEmpty)
        #expect(one.logHash == three.logHash)
    }
}
