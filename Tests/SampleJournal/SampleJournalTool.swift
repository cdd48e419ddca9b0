import ClusterModel
import Coordinator

/// Writes the journal of a made-up cluster, for tests and benches that need a long one:
///
///     sample-journal DIR [--nodes N] [--maps N] [--failures N] [--megabytes N]
///         [--finished N] [--segment-megabytes N] [--snapshot 1]
///
/// Jobs of so many map tasks, each of which fails so many times first, and of one reduce task run to their end, one after the
/// other, until the journal has so many megabytes; of another one so many attempts succeed. With `--snapshot` there is one
/// of all segments but the last. Prints JSON: changes, attempts that succeeded, bytes and jobs.
@main struct SampleJournalTool {
    /// Attempts that end before what they have brought is written.
    private static let few = 1000

    private let maps: Int
    private let failures: Int
    private var sample: SampleJournal
    private var writer: SampleJournalWriter
    private var jobs = 0

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        var numbers = ["--nodes": 4, "--maps": 10_000]
        for place in stride(from: 1, to: arguments.count - 1, by: 2) {
            numbers[arguments[place]] = Int(arguments[place + 1])
        }
        var tool = try SampleJournalTool(arguments[0], numbers)
        try tool.runJobs(megabytes: numbers["--megabytes"] ?? 0)
        try tool.runJob(attempts: numbers["--finished"] ?? 0)
        try tool.finish(withSnapshot: numbers["--snapshot"] != nil)
    }

    private init(_ folder: String, _ numbers: [String: Int]) throws {
        maps = numbers["--maps"] ?? 0
        failures = numbers["--failures"] ?? 0
        sample = SampleJournal(nodes: numbers["--nodes"] ?? 0, containers: 10, failures: failures)
        // Not as a coordinator would, but soon done.
        writer = try SampleJournalWriter(
            folder, segmentSize: (numbers["--segment-megabytes"] ?? 64) << 20, frameLength: 1 << 20)
    }

    private mutating func runJobs(megabytes: Int) throws {
        while writer.length < megabytes << 20 { try runJob(attempts: .max) }
    }

    /// - Parameter attempts: Those that succeed, as far as there are any.
    private mutating func runJob(attempts: Int) throws {
        guard attempts > 0 else { return }
        jobs += 1
        sample.submit(maps: maps, reduces: 1, output: "file:///output/\(jobs)")
        let end = attempts == .max ? .max : sample.attempts + attempts
        let few = max(1, Self.few / (failures + 1))
        var before = -1
        while sample.attempts < end, sample.attempts > before {
            before = sample.attempts
            sample.succeed(min(few, end - before))
            for entry in sample.takeEntries() { try writer.append(entry) }
        }
    }

    private mutating func finish(withSnapshot: Bool) throws {
        try writer.flush()
        if withSnapshot { try writer.makeSnapshot() }
        let figures = [
            "changes": sample.cluster.sequence, "attempts": sample.attempts, "bytes": writer.length, "jobs": jobs,
        ]
        let fields = figures.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        print("{\(fields.joined(separator: ", "))}")
    }
}
