internal import EventLoop
internal import Simulator

/// Runs seeds on several threads. What comes of them does not depend on how many there are.
struct FuzzCrew {
    struct Result: Sendable {
        var seeds = 0
        var figures = Figures()
        /// How many seeds break a rule.
        var brokenCount = 0
        /// The first of them, in order.
        var broken: [UInt64] = []
        var logHash = LogHash()
        var nanoseconds: UInt64 = 0

        /// More than anybody looks at.
        private static let brokenKept = 1000

        mutating func add(_ outcome: Fuzz.Outcome) {
            seeds += 1
            figures += outcome.figures
            logHash.add(outcome.logHash)
            guard !outcome.complaints.isEmpty else { return }
            brokenCount += 1
            if broken.count < Self.brokenKept { broken.append(outcome.seed) }
        }

        /// Adds what came of the seeds behind.
        static func += (whole: inout Result, more: Result) {
            whole.seeds += more.seeds
            whole.figures += more.figures
            whole.brokenCount += more.brokenCount
            whole.broken += more.broken.prefix(brokenKept - whole.broken.count)
            whole.logHash.add(more.logHash)
        }
    }

    /// Seeds that a thread takes at once.
    private static let batch = 16

    private struct State: Sendable {
        var next = 0
        /// Of all batches up to a place.
        var whole = Result()
        var done = 0
        /// Of batches behind one that is not done yet, by their places.
        var waiting: [Int: Result] = [:]

        mutating func add(_ result: Result, _ places: Range<Int>) {
            waiting[places.lowerBound] = result
            while let next = waiting.removeValue(forKey: done) {
                whole += next
                done += next.seeds
            }
        }
    }

    let fuzz: Fuzz
    let first: UInt64
    let count: Int
    var showsProgress = false

    init(_ fuzz: Fuzz, first: UInt64, count: Int) { (self.fuzz, self.first, self.count) = (fuzz, first, count) }

    func run(threads: Int) throws -> Result {
        let started = Clock.boottimeNanoseconds()
        let state = Locked(State())
        let helpers = try (1..<threads).map { number in
            try LoopThread.start(name: "fuzz-\(number)") { work(state, isFirst: false) }
        }
        work(state, isFirst: true)
        for helper in helpers { helper.join() }
        if showsProgress { Output.text("\r\u{1B}[K") }
        var whole = state.withLock(\.whole)
        whole.nanoseconds = Clock.boottimeNanoseconds() - started
        return whole
    }

    private func work(_ state: Locked<State>, isFirst: Bool) {
        while true {
            let start = state.withLock { state in
                defer { state.next += Self.batch }
                return state.next
            }
            guard start < count else { return }
            let end = min(start + Self.batch, count)
            let result = run(start..<end)
            let done = state.withLock { state in
                state.add(result, start..<end)
                return state.done
            }
            if isFirst, showsProgress { Output.text("\r\(done) of \(count) seeds") }
        }
    }

    private func run(_ places: Range<Int>) -> Result {
        var result = Result()
        for place in places { result.add(fuzz.run(first &+ UInt64(place))) }
        return result
    }
}
