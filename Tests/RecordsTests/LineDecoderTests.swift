import Records
import SeededNumbers
import Testing

@Suite struct LineDecoderTests {
    @Test(arguments: 0..<200)
    func linesAreTheSameHoweverTheStreamIsCut(seed: Int) throws {
        var random = SplitMix64(seed: seed)
        let text = random.bytes(random.below(60), of: bytes("ab\n\r"))
        var decoder = LineDecoder()
        var found: [[UInt8]] = []
        var start = 0
        while start < text.count {
            let end = min(text.count, start + 1 + random.below(40))
            try decoder.decode(text.span.extracting(start..<end)) { found.append($0.array) }
            start = end
        }
        try decoder.finish { found.append($0.array) }
        #expect(found == lines(of: text), "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }

    @Test(arguments: 0..<200)
    func recordsAreThoseOfTheLines(seed: Int) throws {
        var random = SplitMix64(seed: seed)
        let text = random.bytes(random.below(100), of: bytes("ab\t\t\n\n\r"))
        let separator = [bytes("\t"), bytes("\t\t"), bytes("b"), bytes("\n")][random.below(4)]
        let fields = KeyFields(separator: separator, count: random.below(3))
        var decoder = LineDecoder()
        var found: [Record] = []
        var start = 0
        while start < text.count {
            let end = min(text.count, start + 1 + random.below(40))
            try decoder.decode(text.span.extracting(start..<end), fields) { found.append(Record($0.array, $1.array)) }
            start = end
        }
        try decoder.finish(fields) { found.append(Record($0.array, $1.array)) }
        let whole = lines(of: text)
        #expect(found.count == whole.count)
        for (record, line) in zip(found, whole) {
            let (keyEnd, valueStart) = fields.split(line.span)
            #expect(record == Record(Array(line[..<keyEnd]), Array(line[valueStart...])))
        }
    }

    @Test func aLineOfTheLimitPassesAndOneMoreByteDoesNot() throws {
        #expect(try decoded(["abcd\n"], limit: 4) == ["abcd"])
        #expect(try decoded(["ab", "cd", "\n"], limit: 4) == ["abcd"])
        for chunks in [["abcde\n"], ["ab", "cde\n"], ["abcd", "e"], ["abcde"], ["a\nabcde"]] {
            #expect(throws: RecordsError.lineTooLong(limit: 4), "\(chunks)") { try decoded(chunks, limit: 4) }
        }
    }

    @Test func theErrorSaysHowLongALineMayBe() {
        #expect(RecordsError.lineTooLong(limit: 1 << 30).description == "a line is longer than 1073741824 bytes")
        #expect(RecordsError.lineTooLong(limit: 4).description == "a line is longer than 4 bytes")
    }

    @Test func whatTheReceiverThrowsComesThrough() {
        struct Refusal: Error {}
        var decoder = LineDecoder()
        #expect(throws: Refusal.self) { try decoder.decode(bytes("a\n").span) { _ in throw Refusal() } }
    }

    private func decoded(_ chunks: [String], limit: Int) throws -> [String] {
        var decoder = LineDecoder(lengthLimit: limit)
        var found: [String] = []
        for chunk in chunks {
            try decoder.decode(bytes(chunk).span) { found.append(String(decoding: $0.array, as: UTF8.self)) }
        }
        try decoder.finish { found.append(String(decoding: $0.array, as: UTF8.self)) }
        return found
    }
}
