import MapReduce
import Testing

/// What PipeMapRed.splitArgs makes of the same commands.
@Suite struct CommandWordsTests {
    @Test(arguments: [
        ("python3 mapper.py", ["python3", "mapper.py"]), ("  a   b  ", ["a", "b"]), ("", []), ("   ", []),
        ("grep 'a b' x", ["grep", "a b", "x"]), ("grep \"a b\"", ["grep", "a b"]),
        ("a 'say \"hi\"' b", ["a", "say \"hi\"", "b"]), ("\"it's\"", ["it's"]),
        // A quote parts words even without a blank, and an empty word is none.
        ("a'b c'd", ["a", "b c", "d"]), ("x '' y", ["x", "y"]),
        // No quote need be closed, nothing is escaped or expanded, and only a blank parts words.
        ("a 'b c", ["a", "b c"]), ("a\\ b", ["a\\", "b"]), ("$HOME *|x", ["$HOME", "*|x"]), ("a\tb", ["a\tb"]),
        ("ü 'ä ö'", ["ü", "ä ö"]),
    ])
    func aCommandIsSplitAsHadoopSplitsIt(command: String, words: [String]) {
        #expect(CommandWords.split(command) == words)
    }
}
