/// Where Java and PCRE2 read a pattern differently, without a word from either.
enum JavaDialect {
    /// The pattern as PCRE2 writes it.
    ///
    /// - Throws: ``PatternError`` for what it has no words for.
    static func translate(_ pattern: String) throws(PatternError) -> [UInt8] {
        var scan = Scan(bytes: Array(pattern.utf8))
        guard let problem = scan.run() else { return scan.output }
        throw PatternError(pattern, at: Array(scan.bytes[..<scan.place]), problem)
    }

    /// In Java they are about ASCII, in PCRE2 about all that Unicode has.
    private static let classes = [
        "Lower", "Upper", "ASCII", "Alpha", "Digit", "Alnum", "Punct", "Graph", "Print", "Blank", "Cntrl", "XDigit",
        "Space",
    ]

    private struct Scan {
        let bytes: [UInt8]
        private(set) var place = 0
        private(set) var output: [UInt8] = []
        /// Within brackets.
        private var isInClass = false

        init(bytes: [UInt8]) { self.bytes = bytes }

        /// What cannot be translated, which stands at `place`.
        mutating func run() -> String? {
            while place < bytes.count {
                if begins("\\Q") {
                    takeQuoted()
                } else if let (name, isNegated) = namedClass() {
                    place += 4 + name.utf8.count
                    let text = "[:\(isNegated ? "^" : "")\(name.lowercased()):]"
                    output += Array((isInClass ? text : "[\(text)]").utf8)
                } else if begins("\\") {
                    take(2)
                } else if let problem = isInClass ? takeInClass() : takeOne() {
                    return problem
                }
            }
            return nil
        }

        private func begins(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

        private mutating func take(_ count: Int) {
            let end = min(place + count, bytes.count)
            output += bytes[place..<end]
            place = end
        }

        private mutating func takeQuoted() {
            while place < bytes.count, !begins("\\E") { take(1) }
            take(2)
        }

        private func namedClass() -> (name: String, isNegated: Bool)? {
            guard begins("\\p{") || begins("\\P{") else { return nil }
            let name = classes.first { begins("\\p{\($0)}") || begins("\\P{\($0)}") }
            return name.map { ($0, begins("\\P")) }
        }

        private mutating func takeOne() -> String? {
            if begins("(*") { return "'*' repeats nothing" }
            if begins("(?") {
                let flags = bytes[(place + 2)...].prefix { "-abcdefghijklmnopqrstuvwxyzU".utf8.contains($0) }
                if flags.contains(UInt8(ascii: "U")) { return "the flag U is not there" }
            }
            if begins("[") {
                isInClass = true
                // Right behind these a bracket is a character like others.
                take(begins("[^]") ? 3 : begins("[]") || begins("[^") ? 2 : 1)
            } else {
                take(1)
            }
            return nil
        }

        private mutating func takeInClass() -> String? {
            if begins("[") { return "a class within a class is not there: write \\[ for the character" }
            if begins("&&") { return "&& is not there: write the class of the characters that both have" }
            if begins("]") { isInClass = false }
            take(1)
            return nil
        }
    }
}
