internal import EventLoop
internal import Simulator

/// Runs seeds on several threads. What comes of them does not depend on how many there are.
struct FuzzCrew {
    struct Result: Sendable {
        var figures = Figures()
        /// Seeds whose runs break a rule, in order.
        var broken: [UInt64] = []
        var logHash = LogHash()
        var nanoseconds: UInt64 = 0
    }

    /// Seeds that a thread takes at once.
    private static let batch = 16

    private struct State: Sendable {
        var next = 0
        var done = 0
        /// By their first seeds' places: batches end in any order.
        var results: [Int: Result] = [:]
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
        var whole = state.withLock { $0.results.sorted { $0.key < $1.key }.map(\.value) }.reduce(into: Result()) {
            $0.figures += $1.figures
            $0.broken += $1.broken
            $0.logHash.add($1.logHash)
        }
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
                state.results[start] = result
                state.done += end - start
                return state.done
            }
            if isFirst, showsProgress { Output.text("\r\(done) of \(count) seeds") }
        }
    }

    private func run(_ places: Range<Int>) -> Result {
        var result = Result()
        for place in places {
            let outcome = fuzz.run(first &+ UInt64(place))
            result.figures += outcome.figures
            result.logHash.add(outcome.logHash)
            if !outcome.complaints.isEmpty { result.broken.append(outcome.seed) }
        }
        return result
    }
}
