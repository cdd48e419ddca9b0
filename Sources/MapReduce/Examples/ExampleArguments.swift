internal import FileSystems

/// What stands behind the name of an example, understood so far that each needs only its own.
struct ExampleArguments {
    let example: ExampleJob
    /// Those that are no properties.
    let words: [String]
    /// `-D` and what follows it, in their order.
    private let properties: [String]
    private let surroundings: ExampleJob.Surroundings

    init(
        _ arguments: [String], of example: ExampleJob, _ surroundings: ExampleJob.Surroundings
    ) throws(StreamingError) {
        var (words, properties): ([String], [String]) = ([], [])
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "-D" {
                guard let value = rest.popFirst() else { throw StreamingError("-D needs NAME=VALUE behind it") }
                properties += ["-D", value]
            } else if argument.hasPrefix("-D") {
                properties += ["-D", String(argument.dropFirst(2))]
            } else {
                words.append(argument)
            }
        }
        (self.words, self.properties, self.example, self.surroundings) = (words, properties, example, surroundings)
    }

    /// Exactly so many words.
    func words(_ count: Int) throws(StreamingError) -> [String] {
        guard words.count == count else { throw usage }
        return words
    }

    var usage: StreamingError { StreamingError("write martlet example \(example.name) \(example.usage)") }

    /// As many as run at once on half of the cluster: the maps' work is then in few pieces, and all of them are made at once.
    var reduces: Int { max(1, min(surroundings.containers, surroundings.nodes)) }

    /// What StreamingArguments would read.
    ///
    /// - Parameter standards: Properties that hold unless the user gives them.
    func options(
        input: [String], output: String, combiner: String = "", reducer: String, standards: [(Property, String)]
    ) -> [String] {
        // More at once would only take the cores, their caches and memory from each other.
        let limit = surroundings.isCrowded ? surroundings.containers : 0
        let standards = [(Property.jobName, example.name), (.runningMaps, "\(limit)")] + standards
        var options = standards.flatMap { ["-D", "\($0.0.name)=\($0.1)"] } + properties
        options += ["-input", input.map(uri).joined(separator: ","), "-output", uri(output), "-reducer", reducer]
        if !combiner.isEmpty { options += ["-combiner", combiner] }
        return options
    }

    /// Bytes of a split, so that every container has as many: one, if that is within the range, else the fewest that are.
    func splitSize(_ inputs: [String], _ range: ClosedRange<Int>) throws -> Int {
        let length = try InputListing.files(inputs.map(uri)).reduce(0) { $0 + $1.length }
        let share = Self.quotient(length, max(1, surroundings.containers))
        let splits = max(1, Self.quotient(share, range.upperBound))
        return max(Self.quotient(share, splits), range.lowerBound)
    }

    /// Rounded up.
    private static func quotient(_ number: Int, _ divisor: Int) -> Int { (number + divisor - 1) / divisor }

    /// Of rows that are made: one for each container when there are enough.
    func parts(_ rows: Int, least: Int) -> Int { max(1, min(surroundings.containers, rows / least)) }

    /// The words of the example's own mapper.
    func mapper(_ arguments: [String] = []) -> [String] { ["\(NativeStep.prefix)\(example.name)"] + arguments }

    /// A plain path is one of this machine.
    func uri(_ text: String) -> String {
        if text.contains(":/") { return text }
        return "file://" + (text.hasPrefix("/") ? text : "\(surroundings.folder)/\(text)")
    }
}
