/// An EC2 instance type as Elastic MapReduce offers it.
///
/// The table is `Resources/instance-types.tsv`, whose head names its sources.
public struct InstanceType: Hashable, Sendable {
    /// Such as `m5.xlarge`.
    public let name: String
    public let vCPUs: Int
    /// MiB.
    public let memory: Int
    /// MiB that EMR leaves to YARN (`yarn.nodemanager.resource.memory-mb`).
    public let yarnMemory: Int
    /// MiB of a map container (`mapreduce.map.memory.mb`).
    public let mapMemory: Int

    /// How many containers of map size fit, counted by memory alone, as YARN's DefaultResourceCalculator does.
    public var containers: Int { max(1, yarnMemory / mapMemory) }
}

extension InstanceType {
    /// Every type of the table, in its order.
    public static let catalog: [InstanceType] = parse(PackageResources.instance_types_tsv)

    public static func named(_ name: String) -> InstanceType? { catalog.first { $0.name == name } }

    /// The catalog's names nearest to a name that is none, best first.
    public static func suggestions(for name: String, limit: Int = 3) -> [String] {
        catalog.map { (editDistance(name, $0.name), $0.name) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .prefix(limit).map(\.1)
    }

    private static func parse(_ table: [UInt8]) -> [InstanceType] {
        let rows = String(decoding: table, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        guard let header = rows.first else { return [] }
        let columns = header.split(separator: "\t").map(String.init)
        return rows.dropFirst().map { row in
            let cells = row.split(separator: "\t", omittingEmptySubsequences: false)
            func cell(_ name: String) -> Substring { columns.firstIndex(of: name).map { cells[$0] } ?? "" }
            func number(_ name: String) -> Int {
                guard let value = Int(cell(name)) else { preconditionFailure("instance-types.tsv: \(name) in \(row)") }
                return value
            }
            return InstanceType(
                name: String(cell("type")), vCPUs: number("vcpus"), memory: number("memory_mib"),
                yarnMemory: number("yarn_memory_mib"), mapMemory: number("map_memory_mib")
            )
        }
    }
}

/// The least number of insertions, removals and replacements that make one text the other (Levenshtein).
public func editDistance(_ first: String, _ second: String) -> Int {
    let row = Array(second.utf8)
    var distances = Array(0...row.count)
    for (i, byte) in first.utf8.enumerated() {
        var diagonal = distances[0]
        distances[0] = i + 1
        for (j, other) in row.enumerated() {
            let replaced = diagonal + (byte == other ? 0 : 1)
            diagonal = distances[j + 1]
            distances[j + 1] = min(replaced, distances[j] + 1, distances[j + 1] + 1)
        }
    }
    return distances[row.count]
}
