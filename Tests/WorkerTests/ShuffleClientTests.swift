import ClusterModel
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

    /// What is dropped or on disk takes nothing of it.
    @Test func segmentsAreInMemoryAsFarAsTheJobAllowsIt() throws {
        var program = StreamingProgram()
        program.shuffleMemory = 250_000
        var damaged = PlayedShuffle.Answer.segment(bytes)
        damaged.frames[0][7] ^= 1
        let contents = [bytes, bytes, bytes, Array(bytes.prefix(50_000)), [], [1]]
        let shuffle = try PlayedShuffle([damaged] + (contents[1...] + [bytes]).map { .segment($0) }, program)
        try shuffle.run(maps: contents.count)
        #expect(shuffle.segments.map(\.count) == contents.map(\.count))
        #expect(shuffle.segments == contents)
        #expect(shuffle.inMemory == [1, 2, 3, 4])
    }

    /// The reducer is at work by then, on what it has fetched.
    @Test(arguments: [0, 1 << 20]) func aMapMadeAgainAfterwardsIsNotFetched(memory: Int) throws {
        var program = StreamingProgram()
        program.shuffleMemory = memory
        let shuffle = try PlayedShuffle([.segment(bytes)], program)
        try shuffle.run(thenMade: [PlayedShuffle.map(0, number: 1)])
        #expect(shuffle.segments == [bytes])
        #expect(shuffle.counter("SHUFFLED_MAPS") == 1)
        #expect(shuffle.counter("FAILED_SHUFFLE") == 0)
        #expect(shuffle.reports.isEmpty)
    }

    private func expectSecondFetch(after answer: PlayedShuffle.Answer, counting name: String) throws {
        for memory in [0, 1 << 20] {
            var program = StreamingProgram()
            program.shuffleMemory = memory
            try expectSecondFetch(after: answer, counting: name, program)
        }
    }

    private func expectSecondFetch(
        after answer: PlayedShuffle.Answer, counting name: String, _ program: StreamingProgram
    ) throws {
        let shuffle = try PlayedShuffle([answer, .segment(bytes)], program)
        try shuffle.run()
        #expect(shuffle.segments == [bytes])
        #expect(shuffle.inMemory == (program.shuffleMemory > 0 ? [0] : []))
        #expect(shuffle.reports == [.fetchFailed(PlayedShuffle.map(0))])
        #expect(shuffle.counter("SHUFFLED_MAPS") == 1)
        #expect(shuffle.counter("FAILED_SHUFFLE") == 1)
        #expect(shuffle.counter(name, group: "Shuffle Errors") == 1)
    }
}
