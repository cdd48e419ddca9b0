internal import ClusterModel

/// What somebody may have meant who wrote something that there is not.
enum Nearest {
    /// The name that is reached with the fewest changes, the first of several; nil when none is near.
    static func name(to text: String, among names: some Sequence<String>) -> String? {
        // A word is longer than what anybody mistypes.
        let text = String(text.prefix(100))
        let distances = names.map { (name: $0, distance: editDistance(text.lowercased(), $0.lowercased())) }
        guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return nearest.distance <= max(1, min(text.count, nearest.name.count) / 2) ? nearest.name : nil
    }

    /// Among jobs the one whose number is nearest, the later of two.
    static func job(to id: JobID, among jobs: [JobID]) -> JobID? {
        jobs.max { (-abs($0.number - id.number), $0.number) < (-abs($1.number - id.number), $1.number) }
    }
}
