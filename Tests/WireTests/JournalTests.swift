import ClusterModel
import Foundation
import SeededNumbers
import Testing
import Wire

@Suite struct CRC32CTests {
    /// RFC 3720, appendix B.4, and the usual nine digits.
    static let vectors: [([UInt8], UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8a91_36aa), ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
        (Array(0..<32), 0x46dd_794e), ((0..<32).reversed(), 0x113f_db5c), (Array("123456789".utf8), 0xe306_9283),
        ([], 0),
    ]

    @Test(arguments: vectors) func theVectorsComeOut(bytes: [UInt8], sum: UInt32) {
        #expect(CRC32C.of(bytes.span) == sum)
    }

    @Test func piecesGiveWhatTheWholeGives() {
        let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for cut in bytes.indices {
            var sum = CRC32C()
            let (head, tail) = (Array(bytes[..<cut]), Array(bytes[cut...]))
            sum.add(head.span)
            sum.add(tail.span)
            #expect(sum.value == CRC32C.of(bytes.span))
        }
    }
}

/// The journal's bytes: what was written is read; what a crash cut short is dropped; anything else is damage.
@Suite struct JournalTests {
    /// One entry for each kind of change, three to a frame.
    static let entries: [JournalEntry] = Samples.changes.enumerated().map { place, change in
        JournalEntry(sequence: 1 + place, instant: Instant(nanoseconds: Int64(place) * 1_000_000), changes: [change])
    }

    /// The segment, and where its frames begin.
    static func segment(_ entries: [JournalEntry] = entries) -> (bytes: [UInt8], frames: [Int]) {
        var bytes = JournalFormat.header(firstSequence: 1)
        var frames: [Int] = []
        for start in stride(from: 0, to: entries.count, by: 3) {
            var frame: [UInt8] = []
            for entry in entries[start..<min(start + 3, entries.count)] { JournalFormat.append(entry, to: &frame) }
            frames.append(bytes.count)
            bytes += JournalFormat.frameHead(frame.span) + frame
        }
        return (bytes, frames)
    }

    struct Reading {
        var entries: [JournalEntry] = []
        var end: JournalScan.End?
        var problem: JournalScan.Problem?
    }

    static func read(_ bytes: [UInt8], isLast: Bool = true) -> Reading {
        var reading = Reading()
        do throws(JournalScan.Problem) {
            reading.end = try JournalScan.run(bytes, isLast: isLast) { (entry) throws(JournalScan.Problem) in
                reading.entries.append(entry)
            }
        } catch {
            reading.problem = error
        }
        return reading
    }

    @Test func whatWasWrittenIsRead() {
        let (bytes, _) = Self.segment()
        for isLast in [true, false] {
            let reading = Self.read(bytes, isLast: isLast)
            #expect(reading.entries == Self.entries)
            #expect(reading.end == .whole)
        }
    }

    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Golden/version-1.journal")

    /// Once, when a version is new.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["MARTLET_WRITE_GOLDEN"] != nil, "it is written already"))
    func writeTheGoldenJournal() throws { try Data(Self.segment().bytes).write(to: Self.golden) }

    /// A version that once was written stays readable.
    @Test func theFirstVersionIsRead() throws {
        let reading = Self.read(Array(try Data(contentsOf: Self.golden)))
        #expect(reading.problem == nil)
        #expect(reading.entries == Array(Self.entries.prefix(reading.entries.count)))
        #expect(reading.entries.count == 26)
    }

    @Test func whereverTheTailIsCutTheWholeFramesBeforeAreRead() {
        let (bytes, frames) = Self.segment()
        for length in 0..<bytes.count {
            let whole = frames.filter { $0 <= length }.count
            let begun = frames.last { $0 < length } ?? 0
            let reading = Self.read(Array(bytes[..<length]))
            #expect(reading.problem == nil, "cut to \(length)")
            if frames.contains(length) || length == JournalFormat.headerLength {
                #expect(reading.end == .whole, "cut to \(length)")
            } else {
                #expect(reading.end == .torn(at: length < JournalFormat.headerLength ? 0 : begun), "cut to \(length)")
                #expect(reading.entries.count == max(0, whole - 1) * 3, "cut to \(length)")
            }
        }
    }

    @Test func theSameCutIsDamageInASegmentThatOthersFollow() {
        let (bytes, frames) = Self.segment()
        for length in frames[1] + 1..<frames[2] {
            #expect(Self.read(Array(bytes[..<length]), isLast: false).problem != nil)
        }
    }

    @Test func zerosBehindTheEndAreATornWrite() {
        let (bytes, _) = Self.segment()
        for count in [1, 7, 8, 9, 511, 4096] {
            let reading = Self.read(bytes + [UInt8](repeating: 0, count: count))
            #expect(reading.end == .torn(at: bytes.count), "\(count) zeros")
            #expect(reading.entries.count == Self.entries.count)
        }
    }

    /// Of a large write some pages may be on the disk and others not.
    @Test func aLastFrameWithAnEmptySectorIsATornWrite() {
        var large = JournalEntry(sequence: Self.entries.count + 1, instant: .start, changes: [])
        large.changes = (0..<200).map {
            .nodeLost(NodeID($0), reason: "a reason of some length, so that it takes room")
        }
        var (bytes, _) = Self.segment()
        let start = bytes.count
        var frame: [UInt8] = []
        JournalFormat.append(large, to: &frame)
        bytes += JournalFormat.frameHead(frame.span) + frame
        for sector in [start / 512, start / 512 + 2, (bytes.count - 1) / 512] {
            var torn = bytes
            for place in max(start, sector * 512)..<min(bytes.count, sector * 512 + 512) { torn[place] = 0 }
            #expect(Self.read(torn).end == .torn(at: start), "sector \(sector)")
            // With something behind it, it was whole once.
            #expect(Self.read(torn + Self.segment().bytes.dropFirst(20)).problem != nil, "sector \(sector)")
        }
    }

    @Test func aFlippedBitIsNeverPassedOverInSilence() {
        let (bytes, frames) = Self.segment()
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 1 << UInt8(place % 8)
            let reading = Self.read(flipped)
            let isSaid = reading.problem != nil || reading.end != .whole
            // The header's sequence is checked against the segments around it.
            #expect(isSaid || (12..<20).contains(place), "byte \(place)")
            if place < frames.last! { #expect(reading.problem != nil || (12..<20).contains(place), "byte \(place)") }
        }
    }

    @Test func aNewerVersionIsRefused() {
        var (bytes, _) = Self.segment()
        bytes[8] = 2
        #expect(Self.read(bytes).problem == .newerVersion(2))
    }

    @Test func whatIsNoJournalIsRefused() {
        #expect(Self.read(Array("something else entirely".utf8)).problem == .notAJournal)
        #expect(Self.read([], isLast: false).problem == .notAJournal)
    }

    @Test func anyBytesAreReadOrRefused() {
        var random = SplitMix64(seed: 7)
        let (bytes, _) = Self.segment()
        for _ in 0..<2000 {
            var nonsense = bytes
            for _ in 0...random.below(4) {
                nonsense[random.below(nonsense.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            nonsense.removeLast(random.below(40))
            _ = Self.read(nonsense)
        }
    }
}
