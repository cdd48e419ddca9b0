import FileSystems
import Foundation
import Records
import Testing

@testable import Worker

@Suite struct SegmentTests {
    @Test(arguments: [(1, 64 << 10), (10_000, 3355), (1_000_000, 512)])
    func theMoreSegmentsTheLessIsReadOfEach(count: Int, chunk: Int) throws {
        var segment = Segment(.memory(MemorySegment([UInt8](repeating: 7, count: 1 << 20))), amongst: count)
        var buffer: [UInt8] = []
        #expect(try segment.read(into: &buffer, limit: 64 << 10) == chunk)
    }

    /// Not in thousands of pieces, nor with all its room made before anything of it is there.
    @Test func ofALongRecordWhatIsThereIsDoubled() throws {
        var segment = Segment(.memory(MemorySegment([UInt8](repeating: 7, count: 1 << 20))), amongst: 1_000_000)
        var buffer: [UInt8] = []
        var reads = 0
        while try segment.read(into: &buffer, limit: 4 << 20) > 0 { reads += 1 }
        #expect(buffer.count == 1 << 20)
        #expect(reads == 12)
    }

    @Test func manyRunsInMemoryAndOnDiskAreMergedInOrder() throws {
        let path = FileManager.default.temporaryDirectory.path + "/martlet-segments-\(UUID().uuidString)"
        defer { try? LocalFileSystem.remove(path) }
        let file = try FileWriter(path)
        let count = 2000
        var places: [Segment.Place] = []
        var ranges: [(number: Int, range: Range<Int>)] = []
        for number in 0..<count {
            var run: [UInt8] = []
            for record in 0..<20 {
                let key = Array(String(format: "%05d", record * count + number).utf8)
                Run.append(key: key.span, value: [UInt8](repeating: 1, count: 50).span, to: &run)
            }
            if number % 2 == 0 {
                ranges.append((places.count, file.byteCount..<file.byteCount + run.count))
                try file.write(run.span)
            }
            places.append(.memory(MemorySegment(run)))
        }
        try file.close()
        let reader = try FileReader(path)
        for (number, range) in ranges {
            places[number] = .file(reader.section(offset: range.lowerBound, count: range.count))
        }
        var merger = Merger(places.map { Segment($0, amongst: count) })
        var next = 0
        while try merger.next() {
            merger.withRecord { key, _ in
                #expect(Int(String(decoding: key.indices.map { key[$0] }, as: UTF8.self)) == next)
            }
            next += 1
        }
        #expect(next == 20 * count)
    }
}
