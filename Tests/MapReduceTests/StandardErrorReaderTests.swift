import Testing

@testable import MapReduce

@Suite struct StandardErrorReaderTests {
    private static let stream = """
        starting
        reporter:counter:words,long ones,12
        reporter:status: half way \n\
        reporter:counter:words,long ones
        reporter:counter:words,long ones,many
        reporter:counter:words,long ones,1,2
        reporter:other:x
         reporter:status:indented
        10%\rreporter:status:after a CR\r20%\r
        reporter:counter:g,n,-3\r
        reporter:counter:g,n, 4
        reporter:counter:g,n,5,,
        done
        """
    private static let reports: [StandardErrorReader.Report] = [
        .counter(group: "words", name: "long ones", amount: 12), .status("half way"), .status("after a CR"),
        .counter(group: "g", name: "n", amount: -3), .counter(group: "g", name: "n", amount: 5),
    ]
    private static let log = """
        starting
        reporter:counter:words,long ones
        reporter:counter:words,long ones,many
        reporter:counter:words,long ones,1,2
        reporter:other:x
         reporter:status:indented
        10%\r20%\r
        reporter:counter:g,n, 4
        done
        """

    @Test(arguments: [1, 2, 3, 7, 10_000])
    func reportsAreTakenOutHoweverTheStreamIsCut(chunk: Int) {
        let found = read(Array(Self.stream.utf8), chunk: chunk)
        #expect(found.reports == Self.reports)
        #expect(String(decoding: found.log, as: UTF8.self) == Self.log)
    }

    @Test func aReportAtTheEndNeedsNoLineEnd() {
        #expect(read(Array("reporter:status:done".utf8), chunk: 5).reports == [.status("done")])
    }

    @Test func aReportOfTheLimitCountsAndALongerOneIsLog() {
        let prefix = "reporter:status:"
        let fits = prefix + String(repeating: "x", count: StandardErrorReader.lineLimit - prefix.utf8.count - 1) + "\n"
        #expect(read(Array(fits.utf8), chunk: 1000).reports.count == 1)
        let tooLong = prefix + String(repeating: "x", count: StandardErrorReader.lineLimit - prefix.utf8.count) + "\n"
        let found = read(Array((tooLong + fits).utf8), chunk: 1000)
        #expect(found.reports.count == 1)
        #expect(found.log == Array(tooLong.utf8))
    }

    @Test func noPieceOfALongLineIsTakenForAReport() {
        let piece = String(repeating: "x", count: StandardErrorReader.lineLimit)
        let found = read(Array((piece + "reporter:status:no\nreporter:status:yes\n").utf8), chunk: 4096)
        #expect(found.reports == [.status("yes")])
        #expect(found.largestPiece <= StandardErrorReader.lineLimit)
    }

    @Test func anAmountBeyond64BitsIsNoReport() {
        #expect(read(Array("reporter:counter:g,n,9223372036854775808\n".utf8), chunk: 50).reports.isEmpty)
    }

    @Test func bytesThatAreNotUTF8GoThroughUnchanged() {
        let bytes: [UInt8] = [0xff, 0xfe, 0, 0x0a, 0xc3]
        #expect(read(bytes, chunk: 1).log == bytes)
    }

    private struct Found {
        var reports: [StandardErrorReader.Report] = []
        var log: [UInt8] = []
        var largestPiece = 0
    }

    private func read(_ bytes: [UInt8], chunk: Int) -> Found {
        var reader = StandardErrorReader()
        var found = Found()
        func onLog(_ piece: [UInt8]) {
            found.log += piece
            found.largestPiece = max(found.largestPiece, piece.count)
        }
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            let piece = Array(bytes[start..<min(bytes.count, start + chunk)])
            reader.take(piece.span, onReport: { found.reports.append($0) }, onLog: onLog)
        }
        reader.finish(onReport: { found.reports.append($0) }, onLog: onLog)
        return found
    }
}
