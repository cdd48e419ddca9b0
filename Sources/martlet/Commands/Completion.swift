internal import ArgumentParser
internal import ClusterModel
internal import FileSystems
internal import Glibc
internal import MapReduce
internal import MartletClient

/// What a shell offers behind a TAB. Where there is no cluster, or none that answers soon, it offers nothing.
enum Completion {
    /// Seconds after which nobody waits for an offer any more.
    private static let patience: UInt32 = 1
    /// More than anybody looks through.
    private static let limit = 1000

    static let jobs = CompletionKind.custom { words, _, _ in offer { try jobs(Line(words)) } }
    static let nodes = CompletionKind.custom { words, _, _ in offer { try nodes(Line(words)) } }
    static let attempts = CompletionKind.custom { words, _, prefix in offer { try attempts(Line(words), prefix) } }
    static let clusters = CompletionKind.custom { _, _, _ in offer { try ClusterFolder.all().map(\.name) } }
    static let instanceTypes = CompletionKind.list(InstanceType.catalog.map(\.name))

    /// Of 'stream', whose options the argument parser does not know.
    static let streaming = CompletionKind.custom { words, place, prefix in streamingWords(words, place, prefix) }

    static func streamingWords(_ words: [String], _ place: Int, _ prefix: String) -> [String] {
        let before = words.indices.contains(place - 1) ? words[place - 1] : ""
        switch before {
        case "--cluster": return offer { try ClusterFolder.all().map(\.name) }
        case "-files", "-file", "-archives", "-cacheFile", "-cacheArchive", "--secret-file":
            return offer { try files(prefix) }
        case "-inputformat": return InputFormat.allCases.map(\.rawValue)
        case "-D", "-jobconf": return Property.all.map { "\($0.name)=" }
        default:
            let own = ["--cluster", "--coordinator", "--secret-file", "--json", "--quiet", "--properties", "--help"]
            return (StreamingArguments.options.map(\.name) + own).filter { $0.hasPrefix(prefix) }
        }
    }

    /// Beside the last of those named so far.
    private static func files(_ prefix: String) throws -> [String] {
        let head = prefix.lastIndex { $0 == "/" || $0 == "," }.map { prefix[...$0] } ?? ""
        let folder = head.split(separator: ",", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        return try LocalFileSystem.list(folder.isEmpty ? "." : folder).map { head + $0 }.filter { $0.hasPrefix(prefix) }
    }

    private static func offer(_ find: () throws -> [String]) -> [String] {
        endSoon()
        defer { alarm(0) }
        return Array((try? find())?.prefix(limit) ?? [])
    }

    /// A coordinator that stands still must not make the shell stand still.
    private static func endSoon() {
        signal(SIGALRM) { _ in _exit(0) }
        alarm(patience)
    }

    private static func jobs(_ line: Line) throws -> [String] { try source(line).jobs().reversed().map(\.id) }

    private static func source(_ line: Line) throws -> Source {
        if let folder = line.history { return .past(try History(folder: JournalPlace.find(folder))) }
        return .present(try line.choice.connect())
    }

    private static func nodes(_ line: Line) throws -> [String] {
        try line.choice.connect().nodes().filter { $0.role != "master" }.map(\.name)
    }

    /// Of the job that is written already, or else of the last ones.
    private static func attempts(_ line: Line, _ prefix: String) throws -> [String] {
        let client = try line.choice.connect()
        let written = prefix.split(separator: "-").prefix(2).joined(separator: "-")
        let jobs = try client.jobs().map(\.id)
        let wanted = jobs.contains(written) ? [written] : jobs.suffix(3).reversed()
        return try wanted.compactMap { JobID($0) }.flatMap { try client.tasks(of: $0) }.flatMap {
            $0.attempts.map(\.id)
        }
    }

    private enum Source {
        case present(MartletClient)
        case past(History)

        func jobs() throws -> [JobReport] {
            switch self {
            case .present(let client): try client.jobs()
            case .past(let history): history.jobs
            }
        }
    }

    /// What of a line that is not finished says which cluster is meant.
    struct Line {
        let choice: ClusterChoice
        let history: String?

        init(_ words: [String]) {
            choice = ClusterChoice(
                cluster: Self.value("--cluster", words), coordinator: Self.value("--coordinator", words),
                secretFile: Self.value("--secret-file", words))
            history = Self.value("--history", words)
        }

        private static func value(_ option: String, _ words: [String]) -> String? {
            if let place = words.firstIndex(of: option), place + 1 < words.count { return words[place + 1] }
            return words.first { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
        }
    }
}
