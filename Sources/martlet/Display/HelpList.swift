/// Options and what they mean, as the argument parser's own help shows them: for those that it does not know.
enum HelpList {
    private static let width = 78
    private static let column = 26

    static func text(_ rows: [(name: String, meaning: String)]) -> String {
        rows.map { name, meaning in
            let lines = wrapped(meaning)
            let head = "  " + name
            // As there, a long name has a line of its own.
            let isLong = head.count > column - 2
            let first = isLong ? head + "\n" + pad("") + lines[0] : pad(head) + lines[0]
            return ([first] + lines.dropFirst().map { pad("") + $0 }).joined(separator: "\n") + "\n"
        }.joined()
    }

    private static func pad(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, column - text.count))
    }

    private static func wrapped(_ text: String) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if !last.isEmpty && last.count + word.count + 1 > width - column {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] += (last.isEmpty ? "" : " ") + word
            }
        }
        return lines
    }
}
