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
}
