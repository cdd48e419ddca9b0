internal import ClusterModel

/// What stands out in a job, in words: tasks, nodes and parts that took more than others.
extension JobStory {
    /// From so many times the median or the even share on, something stands out.
    private static let notable = 1.5

    var findings: [String] {
        let all = [
            wait, slowest(.map), slowest(.reduce), largest(.map), largest(.reduce), waste, backups, undone,
        ]
        return all.compactMap { $0 } + slowNodes
    }

    private func winners(_ kind: TaskKind) -> [Attempt] {
        attempts.filter { $0.id.task.kind == kind && ($0.outcome == .succeeded || $0.outcome == .undone) }
    }

    private var wait: String? {
        guard beginsLate == nil, let first = attempts.first.map({ seconds($0.start) }), first > 1, first > length / 10
        else { return nil }
        return "The job waited \(Table.duration(first)) for its first container."
    }

    private func slowest(_ kind: TaskKind) -> String? {
        let winners = winners(kind)
        guard winners.count >= 3, let slowest = winners.max(by: { duration(of: $0) < duration(of: $1) }) else {
            return nil
        }
        let middle = Self.median(winners.map { duration(of: $0) })
        let longest = duration(of: slowest)
        guard middle > 0, longest >= Self.notable * middle else {
            return "The \(kind)s took about as long as one another: \(Figure.seconds(middle)) the median, "
                + "\(Figure.seconds(longest)) the slowest."
        }
        return "The slowest \(kind) took \(Figure.factor(longest / middle)) × the median: \(kind) "
            + "\(slowest.id.task.index) on \(name(slowest.node)), \(Figure.seconds(longest)) and not "
            + "\(Figure.seconds(middle))."
    }

    private func largest(_ kind: TaskKind) -> String? {
        let own = records.filter { $0.key.kind == kind }
        let total = own.values.reduce(0, +)
        // The lowest of those with most, since a dictionary has no order.
        guard own.count > 1, total > 0,
            let largest = own.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            Double(largest.value) * Double(own.count) >= Self.notable * Double(total)
        else { return nil }
        return "\(kind == .map ? "Map" : "Reduce") \(largest.key.index) read \(Figure.percent(largest.value, total)) "
            + "of all records; an even share is \(Figure.percent(1, own.count))."
    }

    private var waste: String? {
        let futile = attempts.filter { [.failed, .lost, .killed, .undone].contains($0.outcome) }
        let (wasted, all) = (total(futile), total(attempts))
        guard wasted > 0, all > 0 else { return nil }
        return "\(Figure.percent(Int(wasted * 1000), Int(all * 1000))) of the containers' time went into "
            + "\(Figure.count(futile.count, "attempt")) that brought nothing: \(Table.duration(wasted)) of "
            + "\(Table.duration(all))."
    }

    private func total(_ attempts: [Attempt]) -> Double { attempts.reduce(0) { $0 + duration(of: $1) } }

    private var backups: String? {
        let backups = attempts.filter(\.isBackup)
        guard !backups.isEmpty else { return nil }
        let won = backups.count { $0.outcome == .succeeded || $0.outcome == .undone }
        return "\(Figure.count(backups.count, "backup task")) ran for slow attempts; \(won) won."
    }

    private var undone: String? {
        let count = attempts.count { $0.outcome == .undone }
        guard count > 0 else { return nil }
        return "The output of \(Figure.count(count, "map")) was lost and had to be made again."
    }

    private var slowNodes: [String] {
        let winners = winners(.map)
        let byNode = Dictionary(grouping: winners, by: \.node).filter { $0.value.count >= 3 }
        guard byNode.count > 1 else { return [] }
        let middle = Self.median(winners.map { duration(of: $0) })
        return byNode.sorted { $0.key < $1.key }.compactMap { node, attempts in
            let own = Self.median(attempts.map { duration(of: $0) })
            guard middle > 0, own >= Self.notable * middle else { return nil }
            return "\(name(node)) was slow: its maps took \(Figure.factor(own / middle)) × the median."
        }
    }

    /// The upper one of two in the middle.
    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
