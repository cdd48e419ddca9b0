import ClusterModel
import FileSystems
import Foundation
import MapReduce
import Records
import Testing

@testable import Worker

/// A key may have any number of values: what reads them holds one at a time. In processes of their own, since what is
/// measured is the most memory that a process ever had.
@Suite struct LargeGroupTests {
    @Test func aProgramsLinesAreReadPieceByPiece() async {
        await #expect(processExitsWith: .success) {
            try LargeGroup.withRecords { records in
                var lineCount = 0
                while let lines = try records.nextLines() { lineCount += lines.count / LargeGroup.lineLength }
                #expect(lineCount == LargeGroup.valueCount)
            }
        }
    }

    @Test func aBuiltInStepsRecordsAreReadPieceByPiece() async {
        await #expect(processExitsWith: .success) {
            try LargeGroup.withRecords { records in
                var (transform, batch, made) = (LongSumTransform(), RecordBatch(), [String]())
                var isMore = true
                while isMore {
                    isMore = try records.nextRecords { key, value, isFirst in
                        try transform.take(key, value, isFirst: isFirst, into: &batch)
                    }
                    if !isMore { try transform.finish(into: &batch) }
                    batch.forEach { _, value, _ in
                        made.append(String(decoding: value.indices.map { value[$0] }, as: UTF8.self))
                    }
                    batch.removeAll()
                }
                #expect(made == ["\(7 * LargeGroup.valueCount)"])
            }
        }
    }
}

private enum LargeGroup {
    static let valueCount = 2_000_000
    /// Of which a group is made by the first character.
    private static let keyLength = 30
    private static let value = [UInt8](repeating: UInt8(ascii: "0"), count: 9) + [UInt8(ascii: "7")]
    /// Key, TAB, value and line end.
    static let lineLength = keyLength + 1 + value.count + 1
    /// Bytes that reading may take, of more than 80 million that are read.
    private static let roomLimit = 16 << 20

    /// Two runs, whose records are one group.
    static func withRecords(_ body: (RecordLines) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/martlet-group-\(UUID().uuidString)"
        defer { try? LocalFileSystem.remove(path) }
        let half = try write(path)
        var format = RecordFormat()
        format.grouping.reducer = "-k1.1,1.1"
        let file = try FileReader(path)
        let records = RecordLines(
            [[0, half].map { Segment(.file(file.section(offset: $0, count: half)), amongst: 2) }],
            try RecordRules(format),
            PhaseClock())
        let before = try peak()
        try body(records)
        #expect((records.recordCount, records.groupCount) == (valueCount, 1))
        #expect(try peak() - before < roomLimit)
    }

    /// - Returns: Bytes of each run.
    private static func write(_ path: String) throws -> Int {
        var piece: [UInt8] = []
        let key = [UInt8](repeating: UInt8(ascii: "k"), count: keyLength)
        for _ in 0..<10_000 { Run.append(key: key.span, value: value.span, to: &piece) }
        let writer = try FileWriter(path)
        for _ in 0..<valueCount / 10_000 { try writer.write(piece.span) }
        try writer.close()
        return writer.byteCount / 2
    }

    /// Bytes of memory that the process had at most so far.
    private static func peak() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) << 10
    }
}
