import Records
import SeededNumbers
import Testing

@Suite struct LineGroupsTests {
    @Test(arguments: [
        ("a\nb\nc\n", 2, [0..<4, 4..<6]), ("a\nb\nc", 2, [0..<4, 4..<5]), ("a\r\nb\rc", 1, [0..<3, 3..<5, 5..<6]),
        ("", 1, []), ("\n", 1, [0..<1]), ("\r", 1, [0..<1]), ("\r\n", 1, [0..<2]),
        ("\r\r\n\n", 1, [0..<1, 1..<3, 3..<4]),
        ("a\nb\n", 3, [0..<4]),
    ])
    func everySoManyLinesAreAGroup(text: String, size: Int, expected: [Range<Int>]) {
        for piece in [1, 2, 100] { #expect(groups(bytes(text), size, piece) == expected, "pieces of \(piece)") }
    }

    @Test(arguments: 0..<200) func readAsSplitsTheGroupsGiveTheirLines(seed: Int) {
        var random = SplitMix64(seed: seed)
        let text = random.bytes(random.below(60), of: bytes("ab\n\r"))
        let size = 1 + random.below(4)
        let all = lines(of: text)
        for (number, group) in groups(text, size, 7).enumerated() {
            var split = SplitLines(start: group.lowerBound, end: group.upperBound, isAligned: true)
            var output: [UInt8] = []
            split.take(text.span.extracting(group.lowerBound..<text.count), into: &output)
            if !split.isDone { split.finish(into: &output) }
            let expected = joined(Array(all.dropFirst(number * size).prefix(size)))
            #expect(output == expected, "group \(number) of \(String(decoding: text, as: UTF8.self).debugDescription)")
        }
    }

    private func groups(_ text: [UInt8], _ size: Int, _ piece: Int) -> [Range<Int>] {
        var groups = LineGroups(size: size)
        var found: [Range<Int>] = []
        for start in stride(from: 0, to: text.count, by: piece) {
            groups.take(text.span.extracting(start..<min(text.count, start + piece))) { found.append($0) }
        }
        groups.finish { found.append($0) }
        return found
    }
}
