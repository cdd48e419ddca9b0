internal import ClusterModel

// Plans as text: one item a line, such as `at 2.5s freeze node-3 for 4s` or `at change 40 crash coordinator for 1s`.

extension FaultPlan: CustomStringConvertible {
    public var description: String {
        let rates = [("fail", failing), ("hang", hanging), ("crawl", crawling), ("duplicate", duplicated)]
        let lines = items.map(\.description) + rates.filter { $0.1 > 0 }.map { "\($0.1) of 1000 \($0.0)" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What is wrong with a line of a plan.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        public let line: Int
        public let text: String
        public let what: String

        public var description: String { "line \(line): \(what): \(text)" }
    }

    /// Lines of a plan, without those that are too many for anybody to have written.
    public static let lineLimit = 100_000

    /// Reads what `description` writes; empty lines and those that begin with `#` are passed over.
    public init(parsing text: String) throws(Problem) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.count <= Self.lineLimit else {
            throw Problem(line: Self.lineLimit, text: "", what: "a plan has \(Self.lineLimit) lines at most")
        }
        for (number, line) in lines.enumerated() {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard add(words) else {
                throw Problem(
                    line: number + 1, text: String(line.prefix(200)),
                    what: "it is neither 'at SECONDSs FAULT', 'at change NUMBER FAULT' nor 'NUMBER of 1000 KIND'")
            }
        }
    }

    private mutating func add(_ words: [String]) -> Bool {
        if words.count == 4, words[1] == "of", words[2] == "1000", let rate = Int(words[0]), (0...1000).contains(rate) {
            return set(words[3], to: rate)
        }
        guard words.count > 2, words[0] == "at" else { return false }
        if words[1] == "change" {
            guard let number = Int(words[2]), number > 0, let fault = Fault(Array(words[3...])) else { return false }
            items.append(Item(.change(number), fault))
            return true
        }
        guard let time = Duration(text: words[1]), time >= .zero, let fault = Fault(Array(words[2...])) else {
            return false
        }
        items.append(Item(.at(time), fault))
        return true
    }

    private mutating func set(_ kind: String, to rate: Int) -> Bool {
        switch kind {
        case "fail": failing = rate
        case "hang": hanging = rate
        case "crawl": crawling = rate
        case "duplicate": duplicated = rate
        default: return false
        }
        return true
    }
}

extension FaultPlan.Item: CustomStringConvertible {
    public var description: String {
        switch moment {
        case .at(let time): "at \(time.text) \(fault)"
        case .change(let number): "at change \(number) \(fault)"
        }
    }
}

extension Fault.Place: CustomStringConvertible {
    public var description: String {
        switch self {
        case .node(let name): name
        case .rack(let number): "rack-\(number + 1)"
        }
    }

    init?(_ word: String) {
        guard !word.isEmpty, word != "coordinator" else { return nil }
        if word.hasPrefix("rack-"), let number = Int(word.dropFirst(5)), number > 0 {
            self = .rack(number - 1)
        } else {
            self = .node(word)
        }
    }
}

extension Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .kill(let place): "kill \(place)"
        case .start(let name): "start \(name)"
        case .freeze(let place, let time): "freeze \(place) for \(time.text)"
        case .cut(let place, let direction, let time): "cut \(place) \(direction) for \(time.text)"
        case .reset(let place): "reset \(place)"
        case .slow(let name, let percent): "slow \(name) to \(percent)%"
        case .sicken(let name): "sicken \(name)"
        case .loseOutput(let name): "lose output of \(name)"
        case .corruptOutput(let name): "corrupt output of \(name)"
        case .crash(let away): "crash coordinator for \(away.text)"
        case .freezeCoordinator(let time): "freeze coordinator for \(time.text)"
        case .clockJump(let time): "jump clock by \(time.text)"
        case .fillDisk(let time): "fill disk for \(time.text)"
        case .slowDisk(let sync, let time): "slow disk to \(sync.text) for \(time.text)"
        case .crashLauncher(let away): "crash launcher for \(away.text)"
        }
    }

    /// Reads what `description` writes.
    init?(_ words: [String]) {
        let last = words.count > 2 && words[words.count - 2] == "for" ? Duration(text: words[words.count - 1]) : nil
        let time = last.flatMap { $0 >= .zero ? $0 : nil }
        let place = words.count > 1 ? Place(words[1]) : nil
        switch (words.first ?? "", words.count) {
        case ("crash", 4) where words[1] == "coordinator": self.init(time) { .crash(away: $0) }
        case ("freeze", 4) where words[1] == "coordinator": self.init(time) { .freezeCoordinator($0) }
        case ("crash", 4) where words[1] == "launcher": self.init(time) { .crashLauncher(away: $0) }
        case ("kill", 2): self.init(place) { .kill($0) }
        case ("reset", 2): self.init(place) { .reset($0) }
        case ("start", 2): self = .start(words[1])
        case ("sicken", 2): self = .sicken(words[1])
        case ("freeze", 4): self.init(place, time) { .freeze($0, $1) }
        case ("cut", 5):
            let direction = CutDirection.allCases.first { "\($0)" == words[2] }
            guard let direction else { return nil }
            self.init(place, time) { .cut($0, direction, $1) }
        case ("slow", 6) where words[1] == "disk" && words[2] == "to":
            let sync = Duration(text: words[3]).flatMap { $0 >= .zero && $0 <= .seconds(3600) ? $0 : nil }
            self.init(sync, time) { .slowDisk(sync: $0, $1) }
        case ("slow", 4) where words[2] == "to" && words[3].hasSuffix("%"):
            guard let percent = Int(words[3].dropLast()), (1...1_000_000).contains(percent) else { return nil }
            self = .slow(words[1], percent: percent)
        case ("lose", 4) where words[1] == "output" && words[2] == "of": self = .loseOutput(words[3])
        case ("corrupt", 4) where words[1] == "output" && words[2] == "of": self = .corruptOutput(words[3])
        case ("jump", 4) where words[1] == "clock" && words[2] == "by":
            self.init(Duration(text: words[3])) { .clockJump($0) }
        case ("fill", 4) where words[1] == "disk": self.init(time) { .fillDisk($0) }
        default: return nil
        }
    }

    private init?<A>(_ first: A?, _ make: (A) -> Fault) {
        guard let first else { return nil }
        self = make(first)
    }

    private init?<A, B>(_ first: A?, _ second: B?, _ make: (A, B) -> Fault) {
        guard let first, let second else { return nil }
        self = make(first, second)
    }
}

extension Duration {
    /// In seconds, to the millisecond: `2.5s`.
    var text: String {
        (secondsText.hasSuffix(".000") ? String(secondsText.dropLast(4)) : secondsText) + "s"
    }

    /// Reads seconds; nil beyond ten years.
    init?(text: String) {
        guard text.hasSuffix("s"), let seconds = Double(text.dropLast()), abs(seconds) < 315_360_000 else { return nil }
        self = .milliseconds(Int64((seconds * 1000).rounded()))
    }
}
