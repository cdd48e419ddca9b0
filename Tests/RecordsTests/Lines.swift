/// The lines of a text, cut in the plainest way: what the fast ways are compared with.
func lines(of text: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    var index = 0
    while index < text.count {
        switch text[index] {
        case UInt8(ascii: "\r") where index + 1 < text.count && text[index + 1] == UInt8(ascii: "\n"):
            index += 1
            fallthrough
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            lines.append(line)
            line = []
        default: line.append(text[index])
        }
        index += 1
    }
    return line.isEmpty ? lines : lines + [line]
}

func joined(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + bytes("\n") } }
