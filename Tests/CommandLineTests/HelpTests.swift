import ArgumentParser
import ClusterModel
import Foundation
import Testing

@testable import martlet

/// What every command has, looked up where the argument parser describes them.
@Suite struct HelpTests {
    struct Command {
        let name: String
        let abstract: String
        let discussion: String
        let options: Set<String>
    }

    static func shown() throws -> [Command] {
        let dump = try JSONSerialization.jsonObject(with: Data(MartletCommand._dumpHelp().utf8)) as? [String: Any]
        let root = try #require(dump?["command"] as? [String: Any])
        let commands = try #require(root["subcommands"] as? [[String: Any]])
        return commands.compactMap { command in
            guard command["shouldDisplay"] as? Bool != false, let name = command["commandName"] as? String,
                name != "help"
            else { return nil }
            let arguments = command["arguments"] as? [[String: Any]] ?? []
            let names = arguments.flatMap {
                ($0["names"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
            }
            return Command(
                name: name, abstract: command["abstract"] as? String ?? "",
                discussion: command["discussion"] as? String ?? "", options: Set(names))
        }
    }

    @Test func everyCommandSaysWhatItDoesAndShowsHow() throws {
        let commands = try Self.shown()
        #expect(commands.count > 25)
        for command in commands {
            #expect(command.abstract.hasSuffix("."), "\(command.name): \(command.abstract)")
            let lines = command.discussion.split(separator: "\n")
            let examples = lines.count { $0.hasPrefix("  martlet \(command.name)") }
            #expect((1...3).contains(examples), "\(command.name) has \(examples) examples")
            // Examples are wrapped nowhere: whoever copies one gets the whole.
            for line in lines where line.hasPrefix("  ") { #expect(line.count <= 78, "\(command.name): \(line)") }
        }
    }

    /// Why a command does without.
    private static let withoutJSON = [
        "coordinator": "its log has lines of its own", "worker": "its log has lines of its own",
        "stream": "it reads its options itself, --json among them",
    ]
    private static let printing = "what it prints is all that it does"
    private static let withoutQuiet = [
        "coordinator": "it runs until it is ended, and logs", "worker": "it runs until it is ended, and logs",
        "stream": "it reads its options itself, --quiet among them", "status": printing, "nodes": printing,
        "jobs": printing, "job": printing, "tasks": printing, "logs": printing, "counters": printing,
        "watch": printing, "top": printing, "journal": printing,
    ]

    @Test(arguments: [("json", withoutJSON), ("quiet", withoutQuiet)])
    func everyCommandHasTheOptionOrAReason(option: String, without: [String: String]) throws {
        let commands = try Self.shown()
        for command in commands {
            let isThere = command.options.contains(option)
            #expect(isThere != (without[command.name] != nil), "\(command.name) --\(option)")
        }
        #expect(Set(without.keys).isSubset(of: commands.map(\.name)))
    }

    @Test func streamNamesTheOptionsThatItReadsItself() throws {
        let stream = try #require(try Self.shown().first { $0.name == "stream" })
        for option in ["--json", "--quiet", "--cluster", "-mapper", "-numReduceTasks"] {
            #expect(stream.discussion.contains("\n  \(option)"), "\(option)")
        }
    }

    // MARK: - What may be meant

    @Test(
        arguments: [
            ("staus", "status"), ("nods", "nodes"), ("KILL", "kill"), ("jornal", "journal"), ("xyzzy", nil), ("", nil),
        ] as [(String, String?)]) func theNearestCommandIsNamed(typed: String, meant: String?)
    {
        #expect(Nearest.name(to: typed, among: MartletCommand.shownNames) == meant)
    }

    @Test(arguments: [(7, [1, 2, 3], 3), (2, [1, 3], 3), (5, [4, 9], 4), (1, [], nil)] as [(Int, [Int], Int?)])
    func theNearestJobIsNamed(number: Int, jobs: [Int], meant: Int?) {
        #expect(Nearest.job(to: JobID(number), among: jobs.map { JobID($0) }) == meant.map { JobID($0) })
    }

    @Test(arguments: [
        ("jb-3", "'jb-3' is no job: did you mean job-3?"), ("job3", "'job3' is no job: did you mean job-3?"),
        ("words", "'words' is no job: write one such as job-1"),
        ("job-0", "'job-0' is no job: write one such as job-1"),
    ]) func whatIsNoJobIsExplained(typed: String, text: String) throws {
        let error = try #require(throws: UserError.self) { try JobArgument.parse(typed) }
        #expect(error.description == text)
    }

    @Test func anUnknownJobNamesTheNearest() throws {
        var report = JobReport()
        report.id = "job-3"
        let unknown = UserError("no")
        let error = try #require(throws: UserError.self) {
            try JobArgument.known(JobID(9), { [report] }) { throw unknown }
        }
        #expect(error.description == "there is no job-9: did you mean job-3? 'martlet jobs' lists them")
        let none = try #require(throws: UserError.self) { try JobArgument.known(JobID(9), { [] }) { throw unknown } }
        #expect(none.description.hasPrefix("there is no job-9, nor any other yet"))
        // What else went wrong is said as it is.
        let other = try #require(throws: UserError.self) {
            try JobArgument.known(JobID(3), { [report] }) { throw unknown }
        }
        #expect(other.description == "no")
    }

    @Test func listsOfOptionsAreWrappedAsTheArgumentParserDoes() {
        let text = HelpList.text([
            ("-a B", "short"), ("--a-name-that-takes-more-room", String(repeating: "word ", count: 20)),
        ])
        let lines = text.split(separator: "\n")
        #expect(lines[0] == "  -a B                    short" && lines[1] == "  --a-name-that-takes-more-room")
        #expect(lines.count == 4 && lines.allSatisfy { $0.count <= 78 })
    }
}
