import Testing
import Wire

@testable import Worker

@Suite struct ShuffleClientTests {
    private let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0) }

    @Test func whatComesWholeIsTakenAtOnce() throws {
        let shuffle = try PlayedShuffle([.segment(bytes), .segment([])])
        try shuffle.run(maps: 2)
        #expect(shuffle.segments == [bytes, []])
        #expect(shuffle.reports.isEmpty)
        #expect(shuffle.counter("SHUFFLED_MAPS") == 2)
        #expect(shuffle.counter("FAILED_SHUFFLE") == 0)
    }

    @Test(arguments: [0, 50_000, 99_999]) func aSegmentDamagedOnTheWayIsFetchedAgain(place: Int) throws {
        var damaged = PlayedShuffle.Answer.segment(bytes)
        damaged.frames[0][place] ^= 1
        try expectSecondFetch(after: damaged, counting: "IO_ERROR")
    }

    @Test func aSegmentThatEndsEarlyIsFetchedAgain() throws {
        var short = PlayedShuffle.Answer.segment(bytes)
        short.frames[0].removeLast()
        short.thenCloses = true
        try expectSecondFetch(after: short, counting: "IO_ERROR")
    }

    /// Though all that was announced be there and agree with its checksum.
    @Test(arguments: [1, 1_000_000]) func aSegmentLongerThanAnnouncedIsFetchedAgain(excess: Int) throws {
        var long = PlayedShuffle.Answer.segment(bytes)
        long.frames[0] += Array(repeating: 0, count: excess)
        try expectSecondFetch(after: long, counting: "WRONG_LENGTH")
    }

    @Test func aSegmentOfNegativeLengthIsFetchedAgain() throws {
        var wrong = PlayedShuffle.Answer.segment([])
        wrong.reply.byteCount = -1
        wrong.frames = []
        try expectSecondFetch(after: wrong, counting: "WRONG_LENGTH")
    }

    @Test func whatTheWorkerCannotGiveIsAskedForAgain() throws {
        try expectSecondFetch(after: PlayedShuffle.Answer(reply: FetchReply(problem: "gone")), counting: "IO_ERROR")
    }

    private func expectSecondFetch(after answer: PlayedShuffle.Answer, counting name: String) throws {
        let shuffle = try PlayedShuffle([answer, .segment(bytes)])
        try shuffle.run()
        #expect(shuffle.segments == [bytes])
        #expect(shuffle.reports == [.fetchFailed(PlayedShuffle.map(0))])
        #expect(shuffle.counter("SHUFFLED_MAPS") == 1)
        #expect(shuffle.counter("FAILED_SHUFFLE") == 1)
        #expect(shuffle.counter(name, group: "Shuffle Errors") == 1)
    }
}
