import Records
import Testing

@Suite struct KeyValueLinesTests {
    @Test(arguments: [
        ("a,b\n", "a\tb\n", "b\n"), ("a,b,c\n", "a\tb,c\n", "b,c\n"), ("key\n", "key\t\n", "\n"),
        (",v\n", "\tv\n", "v\n"),
        ("k,\n", "k\t\n", "\n"), ("\n", "\t\n", "\n"), ("a\tb,c\n", "a\tb\tc\n", "c\n"), ("", "", ""),
        ("a,1\nb\n,\nc,2\n", "a\t1\nb\t\n\t\nc\t2\n", "1\n\n\n2\n"),
    ])
    func theFirstSeparatorEndsTheKey(text: String, pairs: String, values: String) {
        for piece in [1, 2, 3, 100] {
            #expect(read(text, newSeparator: "\t", piece) == bytes(pairs), "pieces of \(piece)")
            #expect(read(text, newSeparator: nil, piece) == bytes(values), "pieces of \(piece)")
        }
    }

    @Test(arguments: [("::", "a::b,c\nkey::\n"), ("", "ab,c\nkey\n")])
    func anySeparatorMayComeOut(separator: String, expected: String) {
        #expect(read("a,b,c\nkey\n", newSeparator: separator, 2) == bytes(expected))
    }

    @Test func withATABForSeparatorOnlyLinesWithoutOneChange() {
        var lines = KeyValueLines(separator: UInt8(ascii: "\t"), newSeparator: bytes("\t"))
        var output: [UInt8] = []
        lines.take(bytes("a\tb\tc\nkey\n").span, into: &output)
        #expect(output == bytes("a\tb\tc\nkey\t\n"))
    }

    private func read(_ text: String, newSeparator: String?, _ piece: Int) -> [UInt8] {
        var lines = KeyValueLines(separator: UInt8(ascii: ","), newSeparator: newSeparator.map(bytes))
        var output: [UInt8] = []
        let text = bytes(text)
        for start in stride(from: 0, to: text.count, by: piece) {
            lines.take(text.span.extracting(start..<min(text.count, start + piece)), into: &output)
        }
        return output
    }
}
