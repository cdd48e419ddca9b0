/// In which passes many sorted runs become one (Hadoop's Merger.MergeQueue).
public enum MergePlan {
    /// The runs to merge next into one, which takes their place; nil when few enough are left to be merged for good.
    ///
    /// As in Hadoop, the first pass takes so few that every later one is full, and what is merged is the shortest; but here
    /// they are neighbours, so that equal keys stay in the order they came in.
    ///
    /// - Parameters:
    ///   - sizes: The runs' bytes.
    ///   - factor: Runs that are merged at once, two at least.
    public static func next(sizes: [Int], factor: Int) -> Range<Int>? {
        precondition(factor > 1, "a merge of \(factor) runs")
        guard sizes.count > factor else { return nil }
        let excess = (sizes.count - 1) % (factor - 1)
        let count = excess == 0 ? factor : excess + 1
        var total = sizes[..<count].reduce(0, +)
        var (best, start) = (total, 0)
        for end in count..<sizes.count {
            total += sizes[end] - sizes[end - count]
            if total < best { (best, start) = (total, end - count + 1) }
        }
        return start..<start + count
    }
}
