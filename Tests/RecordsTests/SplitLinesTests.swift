import Records
import SeededNumbers
import Testing

@Suite struct SplitLinesTests {
    @Test(arguments: 0..<400)
    func splitsTogetherGiveEachLineOnceHoweverTheFileIsCut(seed: Int) {
        var random = SplitMix64(seed: seed)
        // Few letters, so that line ends of every kind meet every border; some texts without CR take the fast way.
        let alphabet = bytes(seed % 3 == 0 ? "ab\n" : "ab\n\r")
        let text = random.bytes(random.below(80), of: alphabet)
        var output: [UInt8] = []
        var lineCount = 0
        var start = 0
        while start < text.count {
            let end = min(text.count, start + 1 + random.below(30))
            var split = SplitLines(start: start, end: end)
            output += read(&split, of: text, from: start) { 1 + random.below(9) }
            lineCount += split.lineCount
            start = end
        }
        #expect(output == joined(lines(of: text)), "\(String(decoding: text, as: UTF8.self).debugDescription)")
        #expect(lineCount == lines(of: text).count)
    }

    @Test(arguments: [
        // A line that begins just at the end belongs to the split, as Hadoop's readers agree among themselves.
        (0, 2, "a\nb\nc\n", "a\nb\n"), (2, 4, "a\nb\nc\n", "c\n"), (4, 6, "a\nb\nc\n", ""),
        // Between CR and LF.
        (0, 2, "a\r\nb\n", "a\n"), (2, 5, "a\r\nb\n", "b\n"), (0, 3, "a\r\nb\n", "a\nb\n"),
        // A lone CR ends a line.
        (0, 6, "a\rb\r\rc", "a\nb\n\nc\n"), (1, 3, "a\rb\rc", "b\n"),
        // No line begins in the split.
        (1, 3, "abcdef\ngh\n", ""), (0, 3, "abcdef\ngh\n", "abcdef\n"),
        (0, 0, "", ""), (3, 3, "ab\ncd\n", ""), (0, 1, "\n", "\n"), (0, 2, "\r\n", "\n"), (0, 1, "\r", "\n"),
    ])
    func aLineBelongsToTheSplitInWhichItBegins(start: Int, end: Int, text: String, expected: String) {
        for chunk in [1, 2, 100] {
            var split = SplitLines(start: start, end: end)
            let output = read(&split, of: bytes(text), from: start) { chunk }
            #expect(output == bytes(expected), "chunks of \(chunk)")
        }
    }

    /// Hadoop's keys: where each line begins in its file, whatever ended the one before.
    @Test(arguments: 0..<100)
    func eachLinesPlaceIsTold(seed: Int) {
        var random = SplitMix64(seed: seed)
        let text = random.bytes(random.below(60), of: bytes("ab\n\r"))
        var places: [Int] = []
        var start = 0
        while start < text.count {
            let end = min(text.count, start + 1 + random.below(20))
            var split = SplitLines(start: start, end: end, placeSeparator: bytes(":"))
            let found = lines(of: read(&split, of: text, from: start) { 1 + random.below(9) })
            #expect(found.count == split.lineCount)
            for whole in found {
                let digits = whole.prefix { $0 != UInt8(ascii: ":") }
                let place = Int(String(decoding: digits, as: UTF8.self)) ?? -1
                let line = whole.dropFirst(digits.count + 1)
                #expect(text[max(0, place)...].starts(with: line))
                #expect(place == 0 || text[place - 1] == 10 || text[place - 1] == 13)
                places.append(place)
            }
            start = end
        }
        #expect(places == places.sorted() && Set(places).count == lines(of: text).count)
    }

    @Test(arguments: [
        (0, 100, "a\nbc\n\nd", "0\ta\n2\tbc\n5\t\n6\td\n"), (1, 100, "a\r\nb\rc", "3\tb\n5\tc\n"),
        (0, 3, "\r\n\nx\ny\n", "0\t\n2\t\n3\tx\n"), (0, 100, "0123456789\nx\n", "0\t0123456789\n11\tx\n"),
    ])
    func aLineMayTellItsPlace(start: Int, end: Int, text: String, expected: String) {
        for chunk in [1, 2, 100] {
            var split = SplitLines(start: start, end: end, placeSeparator: bytes("\t"))
            let output = read(&split, of: bytes(text), from: start) { chunk }
            #expect(output == bytes(expected), "chunks of \(chunk)")
        }
    }

    @Test(arguments: [
        (0, 1, "\na\n", "\n"), (1, 3, "\na\nb\n", "a\n"), (1, 2, "\n\n\n", "\n"), (2, 5, "a\nb\r\nc", "b\n"),
        (0, 2, "\r\nx\n", "\n"), (2, 100, "a\nb\nc", "b\nc\n"),
    ])
    func anAlignedSplitHasTheLinesThatBeginInIt(start: Int, end: Int, text: String, expected: String) {
        for chunk in [1, 2, 100] {
            var split = SplitLines(start: start, end: end, isAligned: true)
            #expect(read(&split, of: bytes(text), from: start) { chunk } == bytes(expected), "chunks of \(chunk)")
        }
    }

    @Test func nothingIsReadBehindTheLineThatEndsTheSplit() {
        var split = SplitLines(start: 0, end: 3)
        var output: [UInt8] = []
        split.take(bytes("ab\ncd\nef\n").span, into: &output)
        #expect(split.isDone)
        #expect(output == bytes("ab\ncd\n"))
        #expect(split.byteCount == 6)
        split.take(bytes("more\n").span, into: &output)
        #expect(output == bytes("ab\ncd\n"))
        #expect(split.byteCount == 6)
    }

    @Test func aDroppedLineCountsAsRead() {
        var split = SplitLines(start: 10, end: 20)
        var output: [UInt8] = []
        split.take(bytes("rest\nline\n").span, into: &output)
        #expect(output == bytes("line\n"))
        #expect((split.byteCount, split.lineCount) == (10, 1))
        #expect(!split.isDone, "a line may begin at place 20")
    }

    @Test func aSplitWithoutBytesNeedsNone() {
        #expect(SplitLines(start: 0, end: 0).isDone)
        #expect(SplitLines(start: 7, end: 7).isDone)
    }

    @Test func aSplitWithoutAnEndTakesAll() {
        var split = SplitLines(start: 0, end: .max)
        let text = bytes("a\nb\r\nc")
        #expect(read(&split, of: text, from: 0) { 4 } == bytes("a\nb\nc\n"))
    }

    @Test(arguments: 0..<200)
    func anEndThatIsToldOnTheWayIsAnEnd(seed: Int) {
        var random = SplitMix64(seed: seed)
        let text = random.bytes(2 + random.below(40), of: bytes(seed % 3 == 0 ? "ab\n" : "ab\n\r"))
        let start = random.below(2) * random.below(text.count - 1)
        let end = start + 1 + random.below(text.count - start)
        var known = SplitLines(start: start, end: end, placeSeparator: bytes(":"))
        let expected = read(&known, of: text, from: start) { 5 }
        var told = SplitLines(start: start, end: .max, placeSeparator: bytes(":"))
        var output: [UInt8] = []
        for place in start..<text.count where !told.isDone {
            if place == end { told.end(at: end) }
            told.take(text.span.extracting(place..<place + 1), into: &output)
        }
        if !told.isDone { told.finish(into: &output) }
        #expect(output == expected, "\(String(decoding: text, as: UTF8.self).debugDescription), \(start) to \(end)")
        #expect(told.lineCount == known.lineCount)
    }

    @Test func longChunksCountTheirLines() {
        let text = joined((0..<5000).map { Array(repeating: UInt8(ascii: "x"), count: $0 % 7) })
        var split = SplitLines(start: 0, end: text.count)
        #expect(read(&split, of: text, from: 0) { 4096 } == text)
        #expect(split.lineCount == 5000)
    }

    /// Feeds chunks until the split needs no more or the text ends.
    private func read(
        _ split: inout SplitLines, of text: [UInt8], from start: Int, chunk: () -> Int
    ) -> [UInt8] {
        var output: [UInt8] = []
        var place = start
        while !split.isDone, place < text.count {
            let next = min(text.count, place + chunk())
            split.take(text.span.extracting(place..<next), into: &output)
            place = next
        }
        if !split.isDone { split.finish(into: &output) }
        return output
    }
}
