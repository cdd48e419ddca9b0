/// Hadoop's patterns for paths: `*`, `?`, `[abc]`, `[^a-c]`, `{a,b}` and `\` before a character that stands for itself
/// (Hadoop's GlobFilter).
public enum Glob {
    /// A pattern with more alternatives than this is refused.
    static let alternativeLimit = 1000

    public static func isPattern(_ text: String) -> Bool { text.contains { "*?[{\\".contains($0) } }

    /// The paths that exist and match, sorted. A pattern's parts match one component each.
    public static func paths(_ pattern: String) throws(FileSystemError) -> [String] {
        var found: Set<String> = []
        for alternative in try alternatives(pattern) {
            for path in try expand(alternative.split(separator: "/").map(String.init)) { found.insert(path) }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func expand(_ components: [String]) throws(FileSystemError) -> [String] {
        var paths = [""]
        for (index, component) in components.enumerated() {
            var next: [String] = []
            for path in paths {
                if isPattern(component) {
                    guard try LocalFileSystem.status(path.isEmpty ? "/" : path)?.isFolder == true else { continue }
                    let names = try LocalFileSystem.list(path.isEmpty ? "/" : path)
                    next += names.filter { matches(component, $0) }.map { "\(path)/\($0)" }
                } else {
                    let candidate = "\(path)/\(component)"
                    let isLast = index == components.count - 1
                    // One in the middle need not be looked at: what is below it will tell.
                    if isLast, try !LocalFileSystem.exists(candidate) { continue }
                    next.append(candidate)
                }
            }
            paths = next
        }
        return components.isEmpty ? ["/"] : paths
    }

    /// The pattern once for each choice among its braces, which may hold slashes.
    static func alternatives(_ pattern: String) throws(FileSystemError) -> [String] {
        var done: [String] = []
        var open = [pattern]
        while let text = open.popLast() {
            guard let choice = try firstBraces(Array(text)) else {
                done.append(text)
                continue
            }
            open += choice
            guard done.count + open.count <= alternativeLimit else {
                throw FileSystemError(.invalid, "the pattern \(pattern) has more than \(alternativeLimit) alternatives")
            }
        }
        return done
    }

    private static func firstBraces(_ text: [Character]) throws(FileSystemError) -> [String]? {
        var depth = 0
        var start = 0
        var cuts: [Int] = []
        var index = 0
        while index < text.count {
            switch text[index] {
            case "\\": index += 1
            case "{":
                if depth == 0 { (start, cuts) = (index, [index]) }
                depth += 1
            case "," where depth == 1: cuts.append(index)
            case "}" where depth > 0:
                depth -= 1
                if depth == 0 {
                    cuts.append(index)
                    let (head, tail) = (String(text[..<start]), String(text[(index + 1)...]))
                    return zip(cuts, cuts.dropFirst()).map { head + String(text[($0 + 1)..<$1]) + tail }
                }
            default: break
            }
            index += 1
        }
        if depth > 0 { throw FileSystemError(.invalid, "the pattern \(String(text)) has an open brace") }
        return nil
    }

    /// Whether one name matches one component.
    static func matches(_ pattern: String, _ name: String) -> Bool {
        matches(Array(pattern)[...], Array(name)[...])
    }

    private static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        var (pattern, name) = (pattern, name)
        // The last star, and what it has swallowed so far: on a mismatch it swallows one more.
        var star: (pattern: ArraySlice<Character>, name: ArraySlice<Character>)?
        while true {
            if pattern.first == "*" {
                pattern.removeFirst()
                star = (pattern, name)
            } else if let first = name.first, let rest = matchOne(pattern, first) {
                pattern = rest
                name.removeFirst()
            } else if name.isEmpty && pattern.isEmpty {
                return true
            } else if let last = star, !last.name.isEmpty {
                star = (last.pattern, last.name.dropFirst())
                (pattern, name) = (last.pattern, last.name.dropFirst())
            } else {
                return false
            }
        }
    }

    /// What is left of the pattern behind what matches the character; nil when it does not match.
    private static func matchOne(_ pattern: ArraySlice<Character>, _ character: Character) -> ArraySlice<Character>? {
        guard let first = pattern.first else { return nil }
        switch first {
        case "?": return pattern.dropFirst()
        case "\\" where pattern.count > 1: return pattern.dropFirst().first == character ? pattern.dropFirst(2) : nil
        case "[":
            guard let end = pattern.dropFirst(2).firstIndex(of: "]") else { return nil }
            var set = pattern[(pattern.startIndex + 1)..<end]
            let isNegated = set.first == "^" || set.first == "!"
            if isNegated { set.removeFirst() }
            return contains(set, character) != isNegated ? pattern[(end + 1)...] : nil
        default: return first == character ? pattern.dropFirst() : nil
        }
    }

    private static func contains(_ set: ArraySlice<Character>, _ character: Character) -> Bool {
        var rest = set
        while let low = rest.popFirst() {
            if rest.first == "-", rest.count > 1, let high = rest.dropFirst().first {
                rest.removeFirst(2)
                if low <= character && character <= high { return true }
            } else if low == character {
                return true
            }
        }
        return false
    }
}
