import Simulator
import Testing

/// Whoever makes a mistake must be caught: otherwise the seeds prove little.
@Suite struct DrillTests {
    @Test(arguments: Defect.planted) func aPlantedDefectIsNoticed(defect: Defect) throws {
        var fuzz = Fuzz()
        fuzz.meddler = defect.meddler
        let seed = try #require((0..<1000).first { !fuzz.run($0).complaints.isEmpty }, "\(defect.name)")
        print("drill: \(defect.name): \(seed + 1) seeds, \(fuzz.run(seed).complaints[0])")
        // The seed that notices it finds nothing without it.
        #expect(Fuzz().run(seed).complaints == [])
    }

    /// What is told of a violation brings it about, and nothing shorter does.
    @Test func aViolationIsMadeShort() throws {
        let defect = try #require(Defect.planted.first { $0.name == "forgets lost map output" })
        var fuzz = Fuzz()
        fuzz.meddler = defect.meddler
        let seed = try #require((0..<1000).first { !fuzz.run($0).complaints.isEmpty })
        let violation = try #require(fuzz.examine(seed))
        #expect(violation.plan.items.count == violation.prefix)
        #expect(!violation.story.isEmpty)
        fuzz.prefix = violation.prefix
        #expect(fuzz.run(seed).complaints == violation.complaints)
        for shorter in 0..<violation.prefix {
            fuzz.prefix = shorter
            #expect(fuzz.run(seed).complaints == [])
        }
    }
}
