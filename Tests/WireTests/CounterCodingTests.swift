import ClusterModel
import Testing

@testable import Wire

@Suite struct CounterCodingTests {
    /// What a map attempt with a combiner counts (Sources/Worker).
    static let mapCounters = counters([
        ("MAP_INPUT_RECORDS", 1_048_576), ("MAP_OUTPUT_RECORDS", 9_437_184), ("MAP_OUTPUT_BYTES", 134_217_728),
        ("COMBINE_INPUT_RECORDS", 9_437_184), ("COMBINE_OUTPUT_RECORDS", 524_288), ("SPILLED_RECORDS", 524_288),
    ])

    private static func counters(_ values: [(String, Int)]) -> Counters {
        var counters = Counters()
        for (name, value) in values { counters.add(value, group: Counters.taskGroup, name: name) }
        return counters
    }

    @Test func knownNamesTakeAByteAndOthersTravelAsText() throws {
        var counters = Self.mapCounters
        counters.add(-3, group: "words", name: "long")
        counters.add(0, group: "Shuffle Errors", name: "IO_ERROR")
        let bytes = counters.encoded()
        #expect(try Counters(decoding: bytes.span) == counters)
        #expect(Self.mapCounters.encoded().count == 33)
        #expect(bytes.count == 33 + 21)
    }

    @Test func namesSpeltOutAreReadAsBefore() throws {
        let old = Spelt(entries: Self.mapCounters.entries).encoded()
        #expect(try Counters(decoding: old.span) == Self.mapCounters)
    }

    @Test func aFullListWithItsOverflowComesBackWhole() throws {
        var counters = Counters()
        for number in 0..<Counters.entryLimit + 5 { counters.add(1, group: "a\(number % 3)", name: "\(number)") }
        for number in 0..<3 { counters.add(1, group: "z", name: "\(number)") }
        let bytes = counters.encoded()
        #expect(try Counters(decoding: bytes.span) == counters)
    }

    @Test func aNumberOfALaterVersionIsSkippedAndAValueTooManyIsNot() throws {
        let newer = Numbers(numbers: [1, 100_000], values: [5, 6]).encoded()
        #expect(try Counters(decoding: newer.span).entries.map(\.value) == [5])
        let wrong = Numbers(numbers: [1], values: [5, 6]).encoded()
        #expect(throws: WireError.malformed) { try Counters(decoding: wrong.span) }
    }

    /// Journals are full of these numbers.
    @Test func aNumberMeansTheSameForEver() {
        let known: [(UInt32, String)] = [
            (1, "MAP_INPUT_RECORDS"), (6, "SPILLED_RECORDS"), (11, Counters.overflow),
            (28, "REDUCE_VIRTUAL_MEMORY_BYTES_MAX"),
            (29, "FILE_BYTES_READ"), (43, "S3_WRITE_OPS"), (44, "BYTES_READ"), (45, "BYTES_WRITTEN"), (46, "BAD_ID"),
            (51, "WRONG_REDUCE"), (52, "TOTAL_LAUNCHED_MAPS"), (68, "MB_MILLIS_REDUCES"),
        ]
        for (number, name) in known { #expect(KnownCounters.entry(number)?.name == name, "\(number)") }
        #expect(KnownCounters.entry(0) == nil)
    }

    /// Launch and success of a map attempt, each as the only change of its decision.
    @Test func anAttemptTakesTwoHundredBytesOfTheJournalAtMost() {
        let map = AttemptID(task: TaskID(job: JobID(200), kind: .map, index: 999_999), epoch: 200, number: 1)
        let instant = Instant(nanoseconds: 1_000_000 * 1_000_000_000)
        var frame: [UInt8] = []
        for change in [.attemptLaunched(map, NodeID(9999)), .attemptSucceeded(map, Self.mapCounters)] as [Change] {
            let entry = JournalEntry(sequence: 100_000_000, instant: instant, changes: [change])
            JournalFormat.append(entry, to: &frame)
        }
        // Even when no other shares the write.
        #expect(frame.count + 2 * JournalFormat.frameHeadLength <= 200, "\(frame.count) bytes")
    }

    private struct Spelt: WireMessage {
        var entries: [Counters.Entry] = []

        mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) { try coder.field(1, &entries) }
    }

    private struct Numbers: WireMessage {
        var numbers: [UInt32] = []
        var values: [Int] = []

        mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
            try coder.field(2, &numbers)
            try coder.field(3, &values)
        }
    }
}
