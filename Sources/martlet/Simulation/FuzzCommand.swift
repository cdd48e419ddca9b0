internal import ArgumentParser
internal import EventLoop
internal import FileSystems
internal import Simulator

struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Let simulated clusters suffer every fault, and look whether a rule is broken.",
        discussion: """
            Each seed makes a cluster, jobs, and a plan of what goes wrong; the scheduler that runs real clusters runs them on \
            a virtual clock, and after every event the rules that it has to do with are looked at, at the end all. A seed brings the same run everywhere.

              martlet fuzz --seeds 100000 --faults crash,disk,reset
              martlet fuzz --seed 7 --story
              martlet fuzz --seed 7 --plan faults.txt --story

            A plan has one item a line, and --story begins with the one that a seed makes:

              at 2.5s freeze node-3 for 4s
              at change 40 crash coordinator for 1s
              at 3s cut rack-1 inbound for 2s
              50 of 1000 fail

            It exits with 1 when a rule is broken, with the seed, the shortest beginning of its plan that shows it, what \
            happened, and the command that brings it about again.
            JSON: {seeds, broken, violations [{seed, complaints, story, prefix, plan, command}], nodeHours, simulatedHours, events, changes, \
            checks, coordinatorsKilled, tornWrites, faults {kind: count}, seconds, eventsPerSecond, \
            coreEventsPerSecond, logHash}.

            Faults: \(FaultKind.allCases.map(\.rawValue).joined(separator: ", ")).
            """)

    @Option(help: ArgumentHelp("How many seeds are run. (default: 1000, or 1 with --seed)", valueName: "n"))
    var seeds: Int?
    @Option(help: ArgumentHelp("The first seed. (default: 0)", valueName: "seed")) var seed: UInt64?
    @Option(help: ArgumentHelp("Nodes of a cluster, or the fewest and the most.", valueName: "n|n-n"))
    var nodes = "1-12"
    @Option(help: ArgumentHelp("Map tasks of the largest jobs.", valueName: "n")) var tasks = 60
    @Option(help: ArgumentHelp("What may go wrong. (default: everything)", valueName: "kind,kind"))
    var faults: String?
    @Option(
        help: ArgumentHelp("Let this go wrong, instead of what the seed would.", valueName: "file"), completion: .file()
    )
    var plan: String?
    @Option(help: ArgumentHelp("Only so many items from the plan's beginning.", valueName: "n")) var prefix: Int?
    @Option(help: ArgumentHelp("Seeds that are run at once. (default: this machine's cores)", valueName: "n"))
    var threads: Int?
    @Flag(help: "Print all that happens; with one seed only.") var story = false
    @Flag(help: "Restore the state at every change, not only at one, and compare what follows.")
    var everyChange = false
    @Flag(help: "Time the core alone too, on the events of the runs.") var core = false
    @Flag(help: "Print a hash of all events and decisions.") var hash = false
    @OptionGroup var output: DoneOptions

    private static let seedLimit = 1_000_000_000

    func run() throws {
        let count = seeds ?? (seed == nil ? 1000 : 1)
        guard (1...Self.seedLimit).contains(count) else {
            throw UserError("--seeds must be between 1 and \(Self.seedLimit)")
        }
        let fuzz = try self.fuzz()
        let first = seed ?? 0
        if story {
            guard count == 1 else { throw UserError("--story tells of one seed: leave out --seeds") }
            guard !output.json else { throw UserError("--story is told in lines: leave out --json") }
            return try tellStory(fuzz, first)
        }
        let threads = min(threads ?? Machine.coreCount, count)
        guard (1...256).contains(threads) else { throw UserError("--threads must be between 1 and 256") }
        var crew = FuzzCrew(fuzz, first: first, count: count)
        crew.showsProgress = Output.movesCursor && !output.json && !output.quiet
        let result = try crew.run(threads: threads)
        let violations = result.broken.prefix(Self.examinedLimit).compactMap { fuzz.examine($0) }
        var report = FuzzReport(result, violations, count, hash: hash, options: self)
        if core { report.coreEventsPerSecond = coreSpeed(fuzz, first, count) }
        if output.json {
            try Output.json(report)
        } else {
            Output.text(output.quiet ? report.violationText : report.text)
        }
        if result.brokenCount > 0 { throw ExitCode.failure }
    }

    private func coreSpeed(_ fuzz: Fuzz, _ first: UInt64, _ count: Int) -> Int {
        var timing = CoreTiming()
        for place in 0..<count { timing.tell(fuzz.events(first &+ UInt64(place))) }
        return timing.eventsPerSecond
    }

    /// Of many that break a rule the first are told; the others mostly break the same.
    private static let examinedLimit = 3

    private func fuzz() throws -> Fuzz {
        var fuzz = Fuzz()
        fuzz.choices.nodes = try nodeRange()
        guard (1...1_000_000).contains(tasks) else { throw UserError("--tasks must be between 1 and 1000000") }
        fuzz.choices.tasks = tasks
        if let faults { fuzz.choices.faults = try kinds(faults) }
        if let plan { fuzz.plan = try read(plan) }
        if let prefix, prefix < 0 { throw UserError("--prefix must not be negative") }
        fuzz.prefix = prefix
        fuzz.checksEveryChange = everyChange
        fuzz.hashesLog = hash
        return fuzz
    }

    private func nodeRange() throws -> ClosedRange<Int> {
        let ends = nodes.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1], 1 <= low, low <= high,
            high <= 10_000
        else { throw UserError("--nodes \(nodes): write a number such as 5, or two such as 1-12, up to 10000") }
        return low...high
    }

    private func kinds(_ text: String) throws -> Set<FaultKind> {
        if text == "none" { return [] }
        guard !text.allSatisfy({ $0 == "," }) else { throw UserError("--faults names none: write 'none' for none") }
        return Set(
            try text.split(separator: ",").map { word in
                guard let kind = FaultKind(rawValue: String(word)) else {
                    let known = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw UserError("--faults \(word): there are \(known), and 'none'")
                }
                return kind
            })
    }

    /// Bytes of a plan.
    private static let planLimit = 16 << 20

    private func read(_ path: String) throws -> FaultPlan {
        let bytes = try FileReader.readAll(CommandPath.absolute(path), limit: Self.planLimit)
        do {
            return try FaultPlan(parsing: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw UserError("\(path): \(error)")
        }
    }

    private func tellStory(_ fuzz: Fuzz, _ seed: UInt64) throws {
        var simulation = Simulation(fuzz.scenario(seed), meddler: nil, tellsStory: true)
        var complaints = simulation.run()
        if complaints.isEmpty { complaints = fuzz.checkShadows(simulation, seed) }
        Output.text("\(simulation.scenario.plan)\n")
        Output.text((simulation.story?.lines ?? []).map { $0 + "\n" }.joined())
        for complaint in complaints { Output.error("broken: \(complaint)") }
        if hash { Output.line("log \(simulation.logHash)") }
        if !complaints.isEmpty { throw ExitCode.failure }
    }

    /// Brings a violation about again.
    func command(_ violation: Fuzz.Violation) -> String {
        var words = ["martlet fuzz --seed \(violation.seed) --prefix \(violation.prefix)"]
        if nodes != "1-12" { words.append("--nodes \(nodes)") }
        if tasks != 60 { words.append("--tasks \(tasks)") }
        if let faults { words.append("--faults \(faults)") }
        if let plan { words.append("--plan '\(plan.split(separator: "'").joined(separator: "'\\''"))'") }
        if everyChange { words.append("--every-change") }
        return words.joined(separator: " ") + " --story"
    }
}
