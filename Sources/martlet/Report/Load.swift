internal import ClusterModel

/// How many attempts ran at once, over a job's time.
struct Load {
    /// Of each column, the mean.
    private(set) var maps: [Double]
    private(set) var others: [Double]

    var peak: Double { zip(maps, others).map(+).max() ?? 0 }

    init(_ story: JobStory, columns: Int = 240) {
        maps = Array(repeating: 0, count: columns)
        others = maps
        let width = story.length / Double(columns)
        for attempt in story.attempts {
            let part = attempt.id.task.kind == .map ? \Load.maps : \Load.others
            add(max(0, story.seconds(attempt.start)), story.end(of: attempt), part, width)
        }
    }

    private mutating func add(
        _ start: Double, _ end: Double, _ part: WritableKeyPath<Load, [Double]>, _ width: Double
    ) {
        guard end > start else { return }
        let last = maps.count - 1
        for column in min(last, Int(start / width))...min(last, Int(end / width)) {
            let left = Double(column) * width
            self[keyPath: part][column] += max(0, min(end, left + width) - max(start, left)) / width
        }
    }
}
