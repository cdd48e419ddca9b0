/// How a line is a key and a value, as in Hadoop streaming.
public enum KeyValue {
    public static let separator = UInt8(ascii: "\t")

    /// Where the key ends: at the first TAB, or at the line's end when there is none and the value is empty.
    public static func keyEnd(of line: Span<UInt8>) -> Int {
        var index = 0
        while index < line.count, line[index] != separator { index += 1 }
        return index
    }
}
