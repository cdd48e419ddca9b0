/// The words of a streaming command, split without a shell exactly as Hadoop does (PipeMapRed.splitArgs): blanks part
/// words, and either kind of quote begins and ends one, wherever it stands.
public enum CommandWords {
    private enum State { case outside, single, double }

    public static func split(_ command: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var state = State.outside
        func end() {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        for byte in command.utf8 {
            switch (byte, state) {
            case (UInt8(ascii: "'"), .outside): (state, _) = (.single, end())
            case (UInt8(ascii: "'"), .single), (UInt8(ascii: "\""), .double): (state, _) = (.outside, end())
            case (UInt8(ascii: "\""), .outside): (state, _) = (.double, end())
            case (UInt8(ascii: " "), .outside): end()
            default: word.append(byte)
            }
        }
        end()
        return words
    }
}
