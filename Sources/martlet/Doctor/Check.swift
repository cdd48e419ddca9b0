/// One thing that was looked at, and what it means for a cluster.
struct Check: Hashable, Encodable {
    enum State: String, Hashable, Encodable, Comparable {
        case ok
        /// Clusters work, and something is not as it could be.
        case warning
        /// Clusters do not work, or not for long.
        case problem

        private var severity: Int { [.ok, .warning, .problem].firstIndex(of: self) ?? 0 }

        static func < (one: State, other: State) -> Bool { one.severity < other.severity }
    }

    let name: String
    let state: State
    /// What was found.
    let finding: String
    /// What the lack of it means, and perhaps what helps; empty when all is well.
    let cost: String

    static func ok(_ name: String, _ finding: String) -> Check {
        Check(name: name, state: .ok, finding: finding, cost: "")
    }

    static func warning(_ name: String, _ finding: String, cost: String) -> Check {
        Check(name: name, state: .warning, finding: finding, cost: cost)
    }

    static func problem(_ name: String, _ finding: String, cost: String) -> Check {
        Check(name: name, state: .problem, finding: finding, cost: cost)
    }
}
