import SeededNumbers
import Testing

@testable import Records

@Suite struct ScanningTests {
    /// Bytes that differ little from those looked for, and any others.
    private static let alphabet: [UInt8] = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x00, 0x80, 0x8a, 0xff]

    @Test(arguments: 0..<300) func whatIsFoundIsTheFirst(seed: Int) {
        var random = SplitMix64(seed: seed)
        let text = random.bytes(random.below(30), of: Self.alphabet)
        for start in 0...text.count {
            for byte in Self.alphabet {
                let other = Self.alphabet[random.below(Self.alphabet.count)]
                #expect(text.span.first(byte, from: start) == first(in: text, from: start) { $0 == byte })
                #expect(
                    text.span.first(byte, or: other, from: start)
                        == first(in: text, from: start) { $0 == byte || $0 == other })
            }
        }
    }

    private func first(in text: [UInt8], from start: Int, _ isIt: (UInt8) -> Bool) -> Int {
        text[start...].firstIndex(where: isIt) ?? text.count
    }

    @Test(arguments: [
        ("0", 0), ("7", 7), ("-7", -7), ("007", 7), ("-0", 0), ("123456789012345678", 123_456_789_012_345_678),
        ("1234567890123456789", nil), ("", nil), ("-", nil), ("+1", nil), (" 1", nil), ("1 ", nil), ("1.0", nil),
        ("12a", nil), ("0x1", nil),
    ])
    func plainNumbersAreRead(text: String, expected: Int?) {
        let digits = Array(text.utf8)
        #expect(digits.span.decimal == expected)
    }
}
