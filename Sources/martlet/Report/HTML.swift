/// A piece of a page. What is put into a literal is escaped, unless it is a piece of a page itself: nothing from outside can
/// be forgotten.
struct HTML: ExpressibleByStringInterpolation {
    private(set) var text: String

    init(stringLiteral text: String) { self.text = text }

    init(stringInterpolation pieces: Pieces) { text = pieces.text }

    /// What is known to be markup, style or script of our own.
    init(ours text: String) { self.text = text }

    struct Pieces: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(2 * literalCapacity) }

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ outside: String) { text += HTML.escaped(outside) }
        mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
        mutating func appendInterpolation(_ piece: HTML) { text += piece.text }
        mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { text += piece.text } }
        mutating func appendInterpolation(_ piece: HTML?) { if let piece { text += piece.text } }
    }

    /// For text and for attributes between double quotes. Control characters are no part of a page, and those that turn the
    /// direction of writing would make it read as something else.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case _ where isUnseen(scalar): escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        let isDirection =
            (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            || [0x200E, 0x200F, 0x061C].contains(scalar.value)
        return isDirection || scalar.properties.generalCategory == .control
            || scalar.properties.isNoncharacterCodePoint
    }
}
