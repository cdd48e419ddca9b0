import Records
import SeededNumbers
import Testing

@Suite struct MergerTests {
    @Test(arguments: 0..<120)
    func mergedRunsAreAsSortedAtOnce(seed: Int) throws {
        var random = SplitMix64(seed: seed)
        var all: [Record] = []
        let runs = (0..<random.below(20)).map { number in
            let records = (0..<random.below(12)).map { place in
                // Keys around eight bytes, of which the first eight are compared as one number, and far longer ones.
                let shared = [[], bytes("shared"), bytes("shared-prefix")][random.below(3)]
                let key = shared + random.bytes(random.below(4), of: [0, 97, 0xff])
                return Record(key, bytes("\(number).\(place)"))
            }
            all += sorted(records)
            return run(sorted(records))
        }
        #expect(try merged(runs, piece: 1 + random.below(50)) == sorted(all))
    }

    @Test func noRunsAndEmptyRunsGiveNothing() throws {
        #expect(try merged([]).isEmpty)
        #expect(try merged([[], [], []]).isEmpty)
    }

    @Test func theEndStaysTheEnd() throws {
        var merger = Merger([Pieces(run([Record(bytes("a"), [])]))])
        #expect(try merger.next())
        for _ in 0..<3 { #expect(try !merger.next()) }
    }

    @Test func equalKeysComeInTheOrderOfTheRuns() throws {
        let runs = (0..<5).map { run([Record(bytes("the same key"), bytes("\($0)"))]) }
        #expect(try merged(runs).map(\.value) == (0..<5).map { bytes("\($0)") })
    }

    @Test func aKeyOfOnlyFullBytesComesBeforeTheEnd() throws {
        let full = [UInt8](repeating: 0xff, count: 9)
        let runs = [run([Record(full, bytes("1"))]), run([Record(bytes("a"), []), Record(full, bytes("2"))]), []]
        #expect(try merged(runs).map(\.key) == [bytes("a"), full, full])
    }

    @Test func aDamagedRunStopsTheMerge() {
        let whole = run([Record(bytes("a"), []), Record(bytes("b"), bytes("value"))])
        #expect(throws: RecordsError.truncatedRun) { try merged([whole, Array(whole.dropLast())]) }
    }

    private func merged(_ runs: [[UInt8]], piece: Int = .max) throws -> [Record] {
        var merger = Merger(runs.map { Pieces($0, piece: piece) })
        var found: [Record] = []
        while try merger.next() {
            merger.withRecord { found += Array(repeating: Record($0.array, $1.array), count: merger.count) }
        }
        return found
    }
}
