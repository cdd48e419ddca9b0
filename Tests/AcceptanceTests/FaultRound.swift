import Foundation
import SeededNumbers
import Testing

/// One round of mischief: what happens to which node is the seed's choice, when is told by the changes.
///
/// At most half of the nodes are out at once, so that the jobs can go on and their changes keep coming.
final class FaultRound {
    private let cluster: TestCluster
    private let seed: Int
    private var random: SplitMix64
    /// So many harms are still to be done: without an end to them the jobs would have none.
    private var harms = 10
    /// Nodes that stand still or are cut off, in the order in which that was done to them, each with its remedy.
    private var silenced: [(node: String, remedy: Remedy)] = []
    /// What was done, beside what the cluster said of itself.
    private(set) var story: [String] = []

    /// Seconds; a fetch over a link that was cut is given up after 10.
    private static let patience = 30

    private enum Remedy {
        case order(String)
        case signal(pid_t)
    }

    private struct Node {
        let name: String
        let state: String
        let pid: pid_t
    }

    init(_ cluster: TestCluster, seed: Int) {
        self.cluster = cluster
        self.seed = seed
        random = SplitMix64(seed: seed)
    }

    /// Does harm until so many jobs have ended; then mends all that can be mended.
    func run(_ watch: TestCluster.Watch, jobs: Int) throws {
        var running = jobs
        while running > 0 {
            let next = watch.next(within: Self.patience)
            let line = try #require(next, "nothing has changed for \(Self.patience) s; \(self)")
            story.append(line)
            if line.hasSuffix(" succeeded") || line.contains(" failed: ") { running -= 1 }
            if let name = lostNode(line) { try mend(name, outOf: 2) }
            if line.contains(" succeeded (") { try happen() }
        }
        try mendAll()
    }

    // MARK: - Chance

    private func happen() throws {
        guard random.below(3) == 0 else { return }
        let nodes = try nodes()
        let healthy = nodes.filter { node in
            node.state == "running" && !silenced.contains { $0.node == node.name }
        }
        guard harms > 0, healthy.count > 2, let victim = random.pick(healthy) else { return try help(nodes) }
        harms -= 1
        switch random.below(10) {
        case 0: try give("kill", victim.name)
        case 1: signal(SIGKILL, victim.pid, "the worker of \(victim.name)")
        case 2: killProcess { $0.contains(" container") }
        case 3: killProcess { $0.hasPrefix("awk ") || $0.hasPrefix("sleep ") || $0.hasPrefix("/bin/sh ") }
        case 4: try silence(victim.name, "freeze", endedBy: "thaw")
        case 5: try silence(victim.name, "cut", "--direction", direction(), endedBy: "heal")
        case 6:
            signal(SIGSTOP, victim.pid, "the worker of \(victim.name)")
            silenced.append((victim.name, .signal(victim.pid)))
        case 7: try give("scale", "--task", "\(random.below(4))")
        case 8: try stallCoordinator()
        default: try help(nodes)
        }
    }

    private func help(_ nodes: [Node]) throws {
        if let node = random.pick(silenced.map(\.node)), random.below(4) == 0 { return try mend(node, outOf: 1) }
        let dead = nodes.filter { node in
            ["lost", "stopped"].contains(node.state) && !silenced.contains { $0.node == node.name }
        }
        if let node = random.pick(dead) { try give("start", node.name) }
    }

    private func direction() -> String { random.pick(["both", "inbound", "outbound"]) ?? "both" }

    private func nodes() throws -> [Node] {
        try cluster.nodes().dropFirst().map { node in
            Node(
                name: try #require(node["name"] as? String), state: try #require(node["state"] as? String),
                pid: pid_t(try #require(node["pid"] as? Int)))
        }
    }

    private func lostNode(_ line: String) -> String? {
        let words = line.split(separator: " ")
        return line.contains(" is lost: ") && words.count > 1 ? String(words[1]) : nil
    }

    // MARK: - Deeds

    /// An order may be refused: what it was to befall may have ended meanwhile.
    @discardableResult private func give(_ words: String...) throws -> Bool {
        let result = try cluster.run(words)
        story.append("> \(words.joined(separator: " ")) \(result.error)")
        return result.status == 0
    }

    private func silence(_ node: String, _ order: String, _ more: String..., endedBy end: String) throws {
        let result = try cluster.run([order, node] + more)
        story.append("> \(order) \(node) \(more.joined(separator: " ")) \(result.error)")
        if result.status == 0 { silenced.append((node, .order(end))) }
    }

    private func signal(_ number: Int32, _ pid: pid_t, _ whose: String) {
        kill(pid, number)
        story.append("> signal \(number) to \(whose), pid \(pid)")
    }

    private func killProcess(_ isMeant: (String) -> Bool) {
        let candidates = TestCluster.processes(naming: cluster.folder).filter { isMeant($0.command) }
        if let process = random.pick(candidates) { signal(SIGKILL, process.pid, process.command) }
    }

    private func stallCoordinator() throws {
        let pid = pid_t(try #require(try cluster.nodes().first?["pid"] as? Int))
        signal(SIGSTOP, pid, "the coordinator")
        // The length of the stall is what is tested; nothing tells when it is over.
        Thread.sleep(forTimeInterval: 0.1 * Double(1 + random.below(7)))
        signal(SIGCONT, pid, "the coordinator")
    }

    // MARK: - Mending

    private func mendAll() throws {
        for (node, _) in silenced { try mend(node, outOf: 1) }
    }

    /// One time out of so many; else it is mended later.
    private func mend(_ node: String, outOf chances: Int) throws {
        guard let place = silenced.firstIndex(where: { $0.node == node }), random.below(chances) == 0 else { return }
        switch silenced.remove(at: place).remedy {
        case .order(let order): try give(order, node)
        case .signal(let pid): signal(SIGCONT, pid, "the worker of \(node)")
        }
    }
}

extension FaultRound: CustomStringConvertible {
    /// How to have it again, as nearly as processes allow, and what led to it.
    var description: String {
        let command = "MARTLET_FAULT_ROUND=\(seed) swift test --disable-xctest --filter MixedFaultTests"
        return "again: \(command)\n\(story.suffix(80).joined(separator: "\n"))"
    }
}
