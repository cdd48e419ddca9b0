import Records
import SeededNumbers
import Testing

@testable import MapReduce

@Suite struct TextSearchTests {
    /// Texts of few letters, which are nearly found everywhere, and all lengths around those that are looked at together.
    @Test(arguments: 0..<300) func itIsFoundWhereItFirstIs(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let text = (0..<random.below(90)).map { _ in UInt8(97 + random.below(2)) }
        let wanted = (0..<random.below(9)).map { _ in UInt8(97 + random.below(2)) }
        for start in 0...text.count {
            let expected = (start..<max(start, text.count)).first { text[$0...].starts(with: wanted) }
            #expect(text.span.place(of: wanted.span, from: start) == expected, "seed \(seed), from \(start)")
        }
    }

    @Test func linesWithALineEndInThemAreNotFound() throws {
        let lines = Array("a\nb\nc\n".utf8)
        for (regex, found) in [("b", ["b"]), ("a\nb", []), ("a.b", [])] {
            guard case .records(let work) = try Grep.step(regex).makeWork() else {
                Issue.record("it folds")
                continue
            }
            let sink = KeptKeys()
            try work.take(lines.span, into: sink)
            #expect(sink.keys == found)
        }
    }
}

private final class KeptKeys: RecordSink {
    private(set) var keys: [String] = []
    var recordCount: Int { keys.count }
    let byteCount = 0

    func add(_ key: Span<UInt8>, _ value: Span<UInt8>, _ parts: RecordParts) {
        keys.append(String(decoding: key.indices.map { key[$0] }, as: UTF8.self))
    }

    func finish(_ path: String) {}
}
