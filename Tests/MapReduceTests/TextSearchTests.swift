import Testing

@testable import MapReduce

@Suite struct TextSearchTests {
    /// Texts of few letters, which are nearly found everywhere, and all lengths around those that are looked at together.
    @Test(arguments: 0..<300) func itIsFoundWhereItFirstIs(seed: UInt64) {
        var random = SplitMix(seed)
        let text = (0..<random.below(90)).map { _ in UInt8(97 + random.below(2)) }
        let wanted = (0..<random.below(9)).map { _ in UInt8(97 + random.below(2)) }
        for start in 0...text.count {
            let expected = (start..<max(start, text.count)).first { text[$0...].starts(with: wanted) }
            #expect(text.span.place(of: wanted.span, from: start) == expected, "seed \(seed), from \(start)")
        }
    }
}
