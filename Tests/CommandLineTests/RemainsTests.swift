import ClusterModel
import Testing

@testable import martlet

/// What becomes of a cluster that has ended by itself: a decision, without any process.
@Suite struct RemainsTests {
    private func remains(_ journal: Remains.Journal, unfinished: [Int] = [], ended: Int = 0) -> Remains {
        Remains(journal: journal, unfinished: unfinished.map { JobID($0) }, endedCount: ended)
    }

    @Test(arguments: [false, true]) func withoutAJournalOneStartsAnew(resume: Bool) {
        #expect(remains(.none).decision(resume: resume, cluster: "a") == .startAnew(notice: nil))
    }

    @Test func whoWantsToGoOnGoesOnWhateverIsThere() {
        for one in [
            remains(.readable), remains(.readable, ended: 1), remains(.readable, unfinished: [1, 2], ended: 3),
        ] {
            #expect(one.decision(resume: true, cluster: "a") == .goOn)
        }
    }

    @Test func aHistoryThatNobodyWaitsForGoesAndThatIsSaid() throws {
        #expect(remains(.readable).decision(resume: false, cluster: "a") == .startAnew(notice: nil))
        guard case .startAnew(let notice?) = remains(.readable, ended: 2).decision(resume: false, cluster: "a") else {
            Issue.record("it must start anew, and say so")
            return
        }
        #expect(notice.contains("of 2 jobs that had ended too, is dropped; --resume goes on from it"))
    }

    @Test func unfinishedJobsAreNotDropped() {
        let cases = [
            ("default", [3], "with an unfinished job, job-3: 'martlet up --resume' goes on"),
            ("a", [1, 2], "with 2 unfinished jobs, job-1, job-2: 'martlet up --cluster a --resume' goes on"),
            ("a", Array(1...9), "9 unfinished jobs, job-1, job-2, job-3, job-4, job-5, …: "),
            ("a", [1], "'martlet down --cluster a' gives it up"),
        ]
        for (name, jobs, text) in cases {
            guard case .refuse(let reason) = remains(.readable, unfinished: jobs).decision(resume: false, cluster: name)
            else {
                Issue.record("\(jobs) must not be dropped")
                continue
            }
            #expect(reason.contains(text), "\(reason)")
        }
    }

    @Test(arguments: [false, true]) func whatCannotBeReadIsNotDropped(resume: Bool) {
        guard case .refuse(let reason) = remains(.unreadable("it is bad")).decision(resume: resume, cluster: "a") else {
            Issue.record("it must be refused")
            return
        }
        #expect(
            reason.contains("cannot be gone on from: it is bad; 'martlet down --cluster a' removes it, and with --keep")
        )
    }

    // MARK: - Nodes

    private static let nodes = [
        Remains.Node(name: "core-1", role: .core, pid: 1),
        Remains.Node(name: "task-1", role: .task, pid: 2),
        Remains.Node(name: "core-2", role: .core, pid: 3, isRunning: false),
        Remains.Node(name: "core-3", role: .core, isStarting: true, isRunning: false),
        Remains.Node(name: "core-4", role: .core, pid: 4),
        Remains.Node(name: "core-5", role: .core, pid: 5),
    ]

    @Test func whoseProcessIsGoneIsDead() {
        let remains = Remains(journal: .readable, nodes: Self.nodes)
        #expect(remains.dead { _ in false }.map(\.name) == ["core-1", "task-1", "core-2", "core-4", "core-5"])
        #expect(remains.dead { $0.pid > 3 }.map(\.name) == ["core-1", "task-1", "core-2"])
        #expect(remains.dead { _ in true } == [])
    }

    /// How many are wanted, who lives, and who is started.
    @Test func asManyAreStartedAsThereWereOrAsAreWanted() {
        let remains = Remains(journal: .readable, nodes: Self.nodes)
        let cases: [(Int?, Int, [String])] = [
            // core-3 is started by the coordinator, core-2 took no more work.
            (nil, 0, ["core-1", "core-4", "core-5"]), (nil, 4, ["core-1", "core-5"]),
            (9, 0, ["core-1", "core-4", "core-5"]),
            (3, 0, ["core-1", "core-4"]), (2, 0, ["core-1"]), (2, 1, []), (0, 0, []),
        ]
        for (wanted, alive, names) in cases {
            #expect(remains.namesToStart(.core, wanted: wanted) { $0.pid == alive } == names)
        }
        #expect(remains.namesToStart(.task, wanted: nil) { _ in false } == ["task-1"])
    }

    private func report(_ name: String, _ state: String, _ reason: String = "") -> NodeReport {
        var report = NodeReport()
        (report.name, report.role, report.state, report.reason) = (name, "core", state, reason)
        report.pid = 1
        return report
    }

    /// Whoever went on from it told of the ends, and was killed before the nodes were asked for.
    @Test func whoWasToBeBackIsStartedByTheNextOne() throws {
        var first = Remains(journal: .readable)
        first.nodes = [("core-1", "running"), ("core-2", "draining"), ("core-3", "running"), ("core-4", "lost")]
            .compactMap { Remains.Node(report($0, $1)) }
        #expect(first.nodes.map(\.name) == ["core-1", "core-2", "core-3"])
        for (wanted, back) in [(nil, ["core-1", "core-3"]), (1, ["core-1"]), (0, [])] as [(Int?, [String])] {
            let returning = first.namesToStart(core: wanted, task: nil) { _ in false }
            #expect(returning == back)
            let farewells = first.farewells(returning: returning) { _ in false }
            #expect(farewells.map(\.node.name) == ["core-1", "core-2", "core-3"])
            var next = Remains(journal: .readable)
            next.nodes = farewells.compactMap { Remains.Node(report($0.node.name, "lost", $0.reason)) }
            #expect(next.namesToStart(core: nil, task: nil) { _ in false } == back)
            // Told already.
            #expect(next.farewells(returning: back) { _ in false }.isEmpty)
        }
        #expect(Remains.Node(report("core-1", "stopped", Remains.lostUntilBack)) == nil)
    }
}
