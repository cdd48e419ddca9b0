import ClusterModel
import Simulator
import Testing
import Wire

/// A small run that tells one story.
struct Transcript: Sendable, CustomTestStringConvertible {
    let name: String
    /// What it is about, in one sentence.
    let title: String
    let scenario: Scenario

    var testDescription: String { name }

    var text: String {
        var simulation = Simulation(scenario, tellsStory: true)
        let complaints = simulation.run()
        let lines = ["# \(title)"] + "\(scenario.plan)".split(separator: "\n").map { "# \($0)" } + [""]
        let broken = complaints.map { "broken: \($0)" }
        return (lines + (simulation.story?.lines ?? []) + broken).map { $0 + "\n" }.joined()
    }

    private init(
        _ name: String, _ title: String, containers: [Int] = [2, 2], maps: Int = 3, reduces: Int = 1,
        plan: String = "", _ change: (inout Scenario) -> Void = { _ in }
    ) {
        (self.name, self.title) = (name, title)
        var scenario = Scenario()
        scenario.containers = containers
        (scenario.workTime, scenario.latency, scenario.syncTime) = (300...300, 1000...1000, 1000...1000)
        scenario.requests = [Scenario.Request(at: .milliseconds(100), .submit(Self.job(maps: maps, reduces: reduces)))]
        do {
            scenario.plan = try FaultPlan(parsing: plan)
        } catch {
            fatalError("\(name): \(error)")
        }
        change(&scenario)
        self.scenario = scenario
    }

    static func job(maps: Int, reduces: Int) -> JobSpecification {
        var job = JobSpecification()
        job.name = "word count"
        job.inputs = ["file:///words"]
        job.splits = (0..<maps).map { InputSplit(input: 0, offset: $0, length: 1) }
        job.reduceCount = reduces
        job.output = "file:///counts"
        job.taskTimeout = 5000
        (job.program.mapper, job.program.reducer) = (["map"], ["reduce"])
        return job
    }

    // MARK: - The stories

    static let all = [
        Transcript("quiet", "A job runs, and nothing goes wrong."),
        Transcript(
            "killed-in-map-phase", "A worker dies while it maps: its attempt is lost, and the task runs elsewhere.",
            plan: "at 0.2s kill node-1"),
        Transcript(
            "killed-with-output", "A worker dies with map output that a reducer has not fetched: the maps run again.",
            maps: 4, plan: "at 0.405s kill node-2"),
        Transcript(
            "frozen-and-back", "A worker stands still longer than the timeout: it is lost, fenced, and joins again.",
            plan: "at 0.2s freeze node-1 for 4s"),
        Transcript(
            "short-freeze", "A worker stands still for a moment: nobody is lost.", plan: "at 0.2s freeze node-1 for 1s"),
        Transcript(
            "reset", "A connection breaks: the worker resumes with what it has, and nothing runs twice.",
            plan: "at 0.2s reset node-1"),
        Transcript(
            "deaf", "A worker speaks and hears nothing: its network is cut one way, and it is lost all the same.",
            plan: "at 0.102s cut node-1 inbound for 4s"),
        Transcript(
            "crash-between-winners", "The coordinator is killed between two winners: the first stays one.", maps: 3,
            plan: "at 0.42s crash coordinator for 0.5s"
        ) { $0.workTime = 300...500 },
        Transcript(
            "crash-before-sync", "The coordinator is killed before a winner is safe: its worker says it again.",
            plan: "at 0.45s crash coordinator for 0.5s"
        ) { $0.syncTime = 20_000...20_000 },
        Transcript(
            "preempted", "Reducers hold every container while a map must run again: the youngest gives way.",
            containers: [1, 1], maps: 2, reduces: 2, plan: "at 0.405s lose output of node-1"),
        Transcript(
            "straggler", "A node is slow: what it runs is run elsewhere too, and the quicker attempt wins.", maps: 4,
            plan: "at 0s slow node-1 to 2000%"),
        Transcript(
            "fails", "A program fails whenever it runs: after the last attempt the job fails.", maps: 1,
            plan: "1000 of 1000 fail"
        ) { scenario in
            guard case .submit(var job) = scenario.requests[0].request else { return }
            job.mapAttemptLimit = 2
            scenario.requests[0].request = .submit(job)
        },
        Transcript(
            "disk-full", "The coordinator's disk is full: nothing new is begun until there is room.",
            plan: "at 0.35s fill disk for 2s"),
        Transcript(
            "excluded", "Whatever a node runs fails: three jobs do without it, and then the cluster does.",
            containers: [2, 2], maps: 6, reduces: 0, plan: "at 0s sicken node-1"
        ) { scenario in
            for (number, at) in [5, 10].enumerated() {
                var job = Transcript.job(maps: 6, reduces: 0)
                job.output = "file:///counts-\(number + 2)"
                scenario.requests.append(Scenario.Request(at: .seconds(at), .submit(job)))
            }
        },
        Transcript("cancelled", "A client cancels its job.") { scenario in
            scenario.requests.append(Scenario.Request(at: .milliseconds(250), .cancel(JobID(1))))
        },
        Transcript(
            "hangs", "An attempt gives no sign of progress: it is given up after its timeout.", maps: 1, reduces: 0,
            plan: "500 of 1000 hang"
        ) { $0.seed = 3 },
    ]
}
