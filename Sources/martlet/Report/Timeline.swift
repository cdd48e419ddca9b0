internal import ClusterModel

/// A job's attempts, each on a lane of its node: as many lanes as containers, of which a change does not say which one it was.
///
/// It is bounded however many attempts there are: then short ones that follow one another on a lane are one bar, which has
/// the colour of the worst of them, and of too many nodes those on which something went wrong are drawn first.
struct Timeline {
    struct Bar: Equatable {
        let lane: Int
        /// Seconds since the job's submission.
        var start: Double
        var end: Double
        /// Places among the story's attempts.
        var attempts: [Int]
        var outcome: JobStory.Outcome
    }

    struct Row {
        let node: NodeID
        var lanes: Int
        var bars: [Bar]
    }

    /// What a page shows of them, and a browser does at once.
    static let barLimit = 3000
    static let laneLimit = 400

    private(set) var rows: [Row] = []
    /// Nodes that are not drawn.
    private(set) var nodesLeftOut = 0
    /// Attempts of the nodes that are drawn.
    private(set) var attemptCount = 0

    var barCount: Int { rows.reduce(0) { $0 + $1.bars.count } }

    init(_ story: JobStory, barLimit: Int = barLimit, laneLimit: Int = laneLimit) {
        let byNode = Dictionary(grouping: story.attempts.indices) { story.attempts[$0].node }
        let nodes = Set(story.containers.keys).union(byNode.keys).sorted()
        let all = nodes.map { Self.row($0, byNode[$0] ?? [], story) }
        rows = Self.choose(all, laneLimit)
        nodesLeftOut = all.count - rows.count
        attemptCount = barCount
        join(barLimit, story.length)
        addIdleLanes(story, laneLimit)
    }

    /// In sentences what is not drawn as it was.
    var notes: [String] {
        [
            barCount < attemptCount
                ? "\(Figure.grouped(attemptCount)) attempts are drawn as \(Figure.grouped(barCount)) bars: short ones that "
                    + "follow one another on a lane are joined, in the colour of the worst of them." : nil,
            nodesLeftOut > 0
                ? "Of \(rows.count + nodesLeftOut) nodes \(rows.count) are drawn, those on which something went wrong first."
                : nil,
        ].compactMap { $0 }
    }

    // MARK: - Lanes

    /// Each attempt has the first lane that is free when it starts.
    private static func row(_ node: NodeID, _ attempts: [Int], _ story: JobStory) -> Row {
        /// When the last bar of each lane ends.
        var ends: [Instant] = []
        let bars = attempts.sorted { (story.attempts[$0].start, $0) < (story.attempts[$1].start, $1) }.map { place in
            let attempt = story.attempts[place]
            let lane = ends.firstIndex { $0 <= attempt.start } ?? ends.count
            if lane == ends.count { ends.append(.start) }
            ends[lane] = attempt.end ?? Instant(nanoseconds: .max)
            return Bar(
                lane: lane, start: story.seconds(attempt.start), end: story.end(of: attempt), attempts: [place],
                outcome: attempt.outcome)
        }
        return Row(node: node, lanes: max(1, ends.count), bars: bars)
    }

    private static func choose(_ rows: [Row], _ laneLimit: Int) -> [Row] {
        var left = laneLimit
        let byTrouble = rows.indices.sorted { one, other in
            (rows[one].hasTrouble ? 0 : 1, one) < (rows[other].hasTrouble ? 0 : 1, other)
        }
        let chosen = byTrouble.prefix { place in
            left -= rows[place].lanes
            return left >= 0
        }
        return chosen.sorted().map { rows[$0] }
    }

    /// What is idle all the time is shown too, where there is room.
    private mutating func addIdleLanes(_ story: JobStory, _ laneLimit: Int) {
        let lanes = rows.map { max($0.lanes, story.containers[$0.node] ?? 0) }
        guard lanes.reduce(0, +) <= laneLimit else { return }
        for place in rows.indices { rows[place].lanes = lanes[place] }
    }

    // MARK: - Bars

    private mutating func join(_ limit: Int, _ length: Double) {
        var width = length / 1000
        while barCount > limit, width < 4 * length {
            for place in rows.indices { rows[place].join(upTo: width) }
            width *= 1.25
        }
    }
}

extension Timeline.Row {
    fileprivate var hasTrouble: Bool { bars.contains { $0.outcome > .succeeded } }

    /// Makes one bar of those on a lane that together are no longer than this, in seconds.
    fileprivate mutating func join(upTo width: Double) {
        var joined: [Timeline.Bar] = []
        /// The last bar of each lane, by its place.
        var lasts: [Int?] = Array(repeating: nil, count: lanes)
        for bar in bars {
            if let last = lasts[bar.lane], bar.end - joined[last].start <= width {
                joined[last].end = bar.end
                joined[last].attempts += bar.attempts
                joined[last].outcome = max(joined[last].outcome, bar.outcome)
            } else {
                lasts[bar.lane] = joined.count
                joined.append(bar)
            }
        }
        bars = joined
    }
}

extension JobStory.Outcome: Comparable {
    private var badness: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    static func < (one: Self, other: Self) -> Bool { one.badness < other.badness }
}
