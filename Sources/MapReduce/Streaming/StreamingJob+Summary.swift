internal import ClusterModel

extension StreamingJob {
    /// Inputs, files and the like that are named one by one, at most.
    private static let listLimit = 20

    /// What is about to be submitted, as lines for people (`-verbose`).
    public func summary(of arguments: StreamingArguments) -> [String] {
        let program = specification.program
        var lines = ["job: \(specification.name)"]
        lines += Self.list("input", specification.inputs)
        lines.append(
            "splits: \(specification.splits.count), \(specification.splits.reduce(0) { $0 &+ $1.length }) bytes")
        lines.append("output: \(specification.output)")
        for (role, command) in [
            ("mapper", program.mapper), ("combiner", program.combiner), ("reducer", program.reducer),
        ] where !command.isEmpty {
            lines.append("\(role): " + command.map { "'\($0)'" }.joined(separator: " "))
        }
        lines.append("reduce tasks: \(specification.reduceCount)")
        lines += Self.list(
            "file", program.files.map { "\($0.name), \($0.byteCount) bytes\($0.isArchive ? ", unpacked" : "")" })
        lines += Self.list("property", arguments.properties.map { "\($0.name)=\($0.value)" })
        return lines + Self.list("variable", arguments.environment)
    }

    private static func list(_ name: String, _ items: [String]) -> [String] {
        let more = items.count - listLimit
        return items.prefix(listLimit).map { "\(name): \($0)" } + (more > 0 ? ["\(name): and \(more) more"] : [])
    }
}
