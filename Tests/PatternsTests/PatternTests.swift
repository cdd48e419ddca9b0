import Patterns
import Testing

@Suite struct PatternTests {
    @Test(arguments: [
        ("b", "abcb", 1..<2), ("b+?", "abbb", 1..<2), ("(?<=a)b", "bab", 2..<3), ("^a", "ba", nil), ("a$", "aab", nil),
        (".", "é", 0..<2), ("[^a]", "aé", 1..<3), ("\\d{2,3}", "a1b2345", 3..<6), ("(a)\\1", "abaa", 2..<4),
        ("", "a", 0..<0), ("", "", 0..<0), ("a", "", nil), ("(?i)STRASSE", "Strasse", 0..<7),
        ("\\Q[&&\\E", "a[&&", 1..<4),
        ("[]a]+", "x]a", 1..<3), ("\\[a&&b", "[a&&b", 0..<5), ("a\\.b", "axb a.b", 4..<7),
    ])
    func theFirstMatchIsFound(pattern: String, text: String, expected: Range<Int>?) throws {
        let bytes = Array(text.utf8)
        #expect(try Pattern(pattern).firstMatch(in: bytes.span) == expected)
    }

    @Test func aMatchIsLookedForFromAPlaceOn() throws {
        let pattern = try Pattern("(?<=x)a|b(c)")
        let text = Array("xa a xa bc".utf8)
        #expect(try pattern.firstMatch(in: text.span, from: 1) == 1..<2)
        #expect(try pattern.firstMatch(in: text.span, from: 2) == 6..<7)
        #expect(try pattern.firstMatch(in: text.span, from: 7, group: 1) == 9..<10)
        #expect(try pattern.firstMatch(in: text.span, from: text.count) == nil)
        #expect(pattern.groupCount == 1)
    }

    /// As Java's Matcher.find() gives them one after another.
    @Test(arguments: [
        ("a", 0, "banana", ["a", "a", "a"]), ("ana", 0, "banana", ["ana"]), ("a*", 0, "aab", ["aa", "", ""]),
        ("", 0, "éa", ["", "", ""]), ("(a)|b", 1, "abba", ["a", "a"]), ("\\b", 0, "a b", ["", "", "", ""]),
        ("x(\\d+)", 1, "x1 x x22", ["1", "22"]), ("c", 0, "banana", []),
    ])
    func allMatchesAreGiven(pattern: String, group: Int, text: String, expected: [String]) throws {
        #expect(try Self.matches(pattern, group, Array(text.utf8)) == expected)
    }

    /// In Java these are about ASCII.
    @Test(arguments: [
        ("\\p{Alpha}+", ["ab", "C"]), ("\\P{Alpha}+", ["é1 ", "_!"]), ("[\\p{Digit}_]", ["1", "_"]),
        ("[^\\P{Punct}]", ["_", "!"]), ("\\p{L}+", ["abé", "C"]), ("\\p{Lu}", ["C"]), ("\\w+", ["ab", "1", "C_"]),
    ])
    func namedClassesAreJavas(pattern: String, expected: [String]) throws {
        #expect(try Self.matches(pattern, 0, Array("abé1 C_!".utf8)) == expected)
    }

    @Test func bytesThatAreNoTextMatchNothing() throws {
        let bytes: [UInt8] = [UInt8(ascii: "a"), 0xff, UInt8(ascii: "b"), 0xc3, UInt8(ascii: "c")]
        #expect(try Self.matches(".", 0, bytes) == ["a", "b", "c"])
        #expect(try Self.matches("[^a]", 0, bytes) == ["b", "c"])
        #expect(try Self.matches("b|c", 0, bytes) == ["b", "c"])
    }

    @Test(arguments: [
        ("a(b", "behind 'a(b': missing closing parenthesis"), ("a)b", "behind 'a': unmatched closing parenthesis"),
        ("*a", "at its beginning: quantifier does not follow"), ("[a", "behind '[a': missing terminating ]"),
        ("é\\p{javaLowerCase}", "behind 'é\\p{javaLowerCase}': unknown property"),
        ("\\u0041", "behind '\\u': PCRE2 does not support"), ("a\\", "behind 'a\\': \\ at end of pattern"),
        ("\\C", "behind '\\C': using \\C is disabled"),
        ("[a-z&&[^b]]", "behind '[a-z': && is not there"), ("x[a[bc]]", "behind 'x[a': a class within a class"),
        ("[[:alpha:]]", "behind '[': a class within a class"), ("(?iU)a", "at its beginning: the flag U is not there"),
        ("(*UCP)a", "at its beginning: '*' repeats nothing"),
    ])
    func whatCannotBeUnderstoodIsRefusedWithPlaceAndReason(pattern: String, text: String) throws {
        let error = try #require(throws: PatternError.self) { try Pattern(pattern) }
        #expect(error.description.hasPrefix("the pattern '\(pattern)' cannot be understood, \(text)"), "\(error)")
    }

    /// Every way to cut the text in pieces is tried, of which there are 2 to the power of 63.
    @Test func aMatchThatWouldTakeForEverIsGivenUp() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 64) + [UInt8(ascii: "b")]
        let error = try #require(throws: PatternError.self) { try Pattern("(?:a+)+\\d").firstMatch(in: text.span) }
        #expect(error.description.hasPrefix("the pattern is too much for a text: match limit"), "\(error)")
    }

    @Test func aMatchMayBeAsLongAsItsTextUnlessItRemembersTooMuch() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
        #expect(try Pattern("[^b]*").firstMatch(in: text.span) == 0..<text.count)
        #expect(try Pattern("(?:a|b)*[cd]|a").firstMatch(in: text.span.extracting(first: 10_000)) == 0..<1)
        let error = try #require(throws: PatternError.self) { try Pattern("(?:a|b)*[cd]").firstMatch(in: text.span) }
        #expect(error.description.hasPrefix("the pattern is too much for a text: "), "\(error)")
    }

    private static func matches(_ pattern: String, _ group: Int, _ text: [UInt8]) throws -> [String] {
        var found: [String] = []
        try Pattern(pattern).forEachMatch(in: text.span, group: group) { range in
            found.append(String(decoding: text[range], as: UTF8.self))
        }
        return found
    }
}
