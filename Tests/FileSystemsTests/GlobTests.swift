import Testing

@testable import FileSystems

@Suite struct GlobTests {
    @Test(arguments: [
        ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("*.txt", "a.txt", true),
        ("a*b*c", "aXbYbZc", true), ("?", "a", true), ("?", "", false), ("a?c", "abc", true), ("[abc]", "b", true),
        ("[abc]", "d", false), ("[^abc]", "d", true), ("[^a]", "a", false), ("[a-c]x", "bx", true),
        ("[a-c]x", "dx", false), ("[a-]", "-", true), ("\\*", "*", true), ("\\*", "a", false), ("[", "[", false),
        ("ü?", "üß", true),
    ])
    func onePartOfAPatternMatchesOneName(pattern: String, name: String, matches: Bool) {
        #expect(Glob.matches(pattern, name) == matches)
    }

    @Test(arguments: [
        ("a", ["a"]), ("{a,b}", ["a", "b"]), ("x{a,b}y", ["xay", "xby"]), ("{a,b}{c,d}", ["ac", "ad", "bc", "bd"]),
        ("{a,{b,c}}", ["a", "b", "c"]), ("{a/b,c}", ["a/b", "c"]), ("{a}", ["a"]), ("\\{a,b\\}", ["\\{a,b\\}"]),
    ])
    func bracesAreAlternatives(pattern: String, expected: [String]) throws {
        #expect(try Glob.alternatives(pattern).sorted() == expected)
    }

    @Test func anOpenBraceIsRefused() throws {
        #expect(try #require(failure { _ = try Glob.alternatives("a{b,c") }).description.contains("open brace"))
    }

    @Test func tooManyAlternativesAreRefused() throws {
        let thousand = String(repeating: "{0,1,2,3,4,5,6,7,8,9}", count: 3)
        #expect(try Glob.alternatives(thousand).count == Glob.alternativeLimit)
        let error = failure { _ = try Glob.alternatives(thousand + "{a,b}") }
        #expect(try #require(error).description.contains("more than 1000 alternatives"))
    }

    /// Backtracking only to the last star, a mismatch costs no more than name times pattern.
    @Test func aPatternOfManyStarsEndsSoon() {
        let name = String(repeating: "a", count: 200)
        #expect(!Glob.matches(String(repeating: "*a", count: 60) + "b", name))
    }

    @Test func pathsAreFoundPerComponentAndSorted() throws {
        let folder = try TemporaryFolder()
        for name in ["2024/b.txt", "2024/a.txt", "2025/a.txt", "2025/a.log", "other/a.txt"] { try folder.write(name) }
        func found(_ pattern: String) throws -> [String] {
            try Glob.paths("\(folder.path)/\(pattern)").map { String($0.dropFirst(folder.path.utf8.count + 1)) }
        }
        #expect(try found("20*/*.txt") == ["2024/a.txt", "2024/b.txt", "2025/a.txt"])
        #expect(try found("{2025,2024}/a.*") == ["2024/a.txt", "2025/a.log", "2025/a.txt"])
        #expect(try found("*/b.txt") == ["2024/b.txt"])
        #expect(try found("*") == ["2024", "2025", "other"])
        #expect(try found("none*/x").isEmpty)
        #expect(try found("*/a.txt/*").isEmpty)
    }
}
