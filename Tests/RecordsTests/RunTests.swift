import Testing

@testable import Records

@Suite struct RunTests {
    @Test(arguments: [1, 2, 3, 1000])
    func aRunComesBackHoweverItIsCut(piece: Int) throws {
        let lengths = [0, 1, 126, 127, 128, 129, 16_383, 16_384, 70_000]
        let written = lengths.flatMap { length in
            [
                Record([UInt8](repeating: 1, count: length), []), Record([], [UInt8](repeating: 2, count: length)),
                Record([UInt8](repeating: 3, count: length), [UInt8](repeating: 4, count: length)),
            ]
        }
        #expect(try records(of: run(written), piece: piece) == written)
    }

    @Test func aRunThatEndsWithinARecordIsRefused() throws {
        let whole = run([Record(bytes("key"), [UInt8](repeating: 7, count: 200))])
        #expect(try records(of: []).isEmpty)
        for length in 1..<whole.count {
            #expect(throws: RecordsError.truncatedRun) { try records(of: Array(whole[..<length])) }
        }
    }

    @Test func aRecordOf64MiBComesBack() throws {
        let long = [UInt8](repeating: 9, count: 64 << 20)
        // Lengths 1 and 64 Mi, written by hand: appending byte by byte takes long in a debug build.
        let written = [1, 0x80, 0x80, 0x80, 0x20] + bytes("a") + long + run([Record(bytes("b"), bytes("short"))])
        var reader = RunReader(Pieces(written))
        #expect(try reader.next())
        reader.withRecord { key, value in
            #expect(key.array == bytes("a"))
            #expect(value.count == long.count && value[0] == 9 && value[value.count - 1] == 9)
        }
        #expect(try reader.next())
        reader.withRecord { key, value in #expect((key.array, value.array) == (bytes("b"), bytes("short"))) }
        #expect(try !reader.next())
    }

    @Test func aRecordOfTheLimitPassesAndOneMoreByteDoesNot() throws {
        var reader = RunReader(Pieces(run([Record(bytes("ab"), bytes("cd"))])), recordLimit: 4)
        #expect(try reader.next())
        for record in [Record(bytes("ab"), bytes("cde")), Record(bytes("abcde"), [])] {
            var reader = RunReader(Pieces(run([record])), recordLimit: 4)
            #expect(throws: RecordsError.recordTooLong(limit: 4)) { try reader.next() }
        }
    }

    @Test(arguments: [1, 2, 3, 1000])
    func aRecordThatStandsSeveralTimesIsThereOnce(piece: Int) throws {
        let (one, other) = (Record(bytes("key"), bytes("value")), Record([UInt8](repeating: 1, count: 200), []))
        let written = [0x80, 0, 3] + run([one]) + run([other]) + [0x80, 0, 0x80, 1] + run([other])
        #expect(try records(of: written, piece: piece) == [one, one, one, other] + Array(repeating: other, count: 128))
        for length in 1..<written.count
        where ![run([one]).count + 3, written.count - run([other]).count - 4].contains(length) {
            #expect(throws: RecordsError.truncatedRun) { try records(of: Array(written[..<length])) }
        }
    }

    @Test(
        arguments: [[0], [0x80, 0x80, 0x80, 0x80, 8], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]] as [[UInt8]])
    func anImpossibleNumberIsRefused(number: [UInt8]) {
        #expect(throws: RecordsError.damagedCount) {
            try records(of: [0x80, 0] + number + run([Record(bytes("key"), [])]))
        }
    }

    /// Lengths come from other nodes: whatever they claim, it must not be allocated before it is there.
    @Test(
        arguments: [
            ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0], .recordTooLong(limit: Run.recordLimit)),
            ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0], .recordTooLong(limit: Run.recordLimit)),
            ([0xff, 0xff, 0xff, 0xff, 7, 0, 1], .truncatedRun),
        ] as [([UInt8], RecordsError)])
    func aDamagedLengthIsRefused(run: [UInt8], error: RecordsError) {
        #expect(throws: error) { try records(of: run) }
    }
}
