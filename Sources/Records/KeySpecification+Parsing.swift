/// Options of a key that cannot be understood; the text says what to write.
public struct KeyOptionError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

extension KeySpecification {
    /// Words parted by blanks: `-n` (by number), `-r` (reversed), `-nr`, and `-kF[.C][nr][,F[.C][nr]]`, also with a blank
    /// behind `-k`; fields and characters count from 1. What is said before any `-k` holds for each that says nothing itself.
    ///
    /// Hadoop passes over what it does not know, such as `-rn`, and takes field 0 for field 1; here they are refused.
    ///
    /// - Parameter separator: Between fields; not empty.
    public init(parsing options: String, separator: [UInt8]) throws(KeyOptionError) {
        var parts: [Part] = []
        var global = Part()
        var isGlobalGiven = false
        var words = options.split { " \t\n\r\u{c}".contains($0) }.map { String($0) }[...]
        while let word = words.popFirst() {
            switch word {
            case "-n", "-r", "-nr":
                global.isNumeric = global.isNumeric || word.contains("n")
                global.isReversed = global.isReversed || word.contains("r")
                isGlobalGiven = true
            case "-k":
                guard let next = words.popFirst() else { throw Self.refusal(word) }
                parts.append(try Self.part(next))
            default:
                guard word.hasPrefix("-k") else { throw Self.refusal(word) }
                parts.append(try Self.part(String(word.dropFirst(2))))
            }
        }
        for index in parts.indices where !parts[index].isNumeric && !parts[index].isReversed {
            parts[index].isNumeric = global.isNumeric
            parts[index].isReversed = global.isReversed
        }
        self.init(parts: parts.isEmpty && isGlobalGiven ? [global] : parts, separator: separator)
    }

    private static func refusal(_ word: String) -> KeyOptionError {
        KeyOptionError(
            description: "there is no key option '\(word)': write -n, -r, -nr or -kF[.C][nr][,F[.C][nr]], "
                + "fields and characters counted from 1")
    }

    private static func part(_ text: String) throws(KeyOptionError) -> Part {
        var part = Part()
        var rest = Array(text.utf8)[...]
        guard let begin = number(&rest, 1), let character = character(&rest, 1, ifNone: 1) else {
            throw refusal("-k\(text)")
        }
        (part.beginField, part.beginCharacter) = (begin, character)
        takeFlags(&rest, &part)
        if rest.first == UInt8(ascii: ",") {
            rest.removeFirst()
            guard let end = number(&rest, 0), let character = self.character(&rest, 0, ifNone: 0) else {
                throw refusal("-k\(text)")
            }
            (part.endField, part.endCharacter) = (end, character)
            takeFlags(&rest, &part)
        }
        guard rest.isEmpty else { throw refusal("-k\(text)") }
        return part
    }

    /// What follows a point; nil for a point and no number.
    private static func character(_ rest: inout ArraySlice<UInt8>, _ least: Int, ifNone standard: Int) -> Int? {
        guard rest.first == UInt8(ascii: ".") else { return standard }
        rest.removeFirst()
        return number(&rest, least)
    }

    private static func takeFlags(_ rest: inout ArraySlice<UInt8>, _ part: inout Part) {
        while let flag = rest.first {
            switch flag {
            case UInt8(ascii: "n"): part.isNumeric = true
            case UInt8(ascii: "r"): part.isReversed = true
            default: return
            }
            rest.removeFirst()
        }
    }

    /// Within Java's int; nil when there is none.
    private static func number(_ rest: inout ArraySlice<UInt8>, _ least: Int) -> Int? {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let number = Int32(String(decoding: digits, as: UTF8.self)), number >= least else { return nil }
        rest = rest[digits.endIndex...]
        return Int(number)
    }
}
