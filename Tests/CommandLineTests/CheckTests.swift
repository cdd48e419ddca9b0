import EventLoop
import Testing

@testable import martlet

/// What `martlet doctor` makes of a machine.
@Suite struct CheckTests {
    /// Nothing is amiss here.
    static let sound = MachineFacts(
        namespaces: .available, openFiles: 1_048_576, processes: nil,
        home: MachineFacts.Home(path: "/home/you/.martlet", isWritable: true, freeByteCount: 50 << 30),
        kernel: "6.1.0-18-amd64", libuv: "1.44.2", cores: 4, memory: 16 << 30, memoryAvailable: 8 << 30,
        processFiles: .readable, loopback: nil
    )

    /// A machine that differs from the sound one in one respect, and what is said of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let state: Check.State
        let finding: String
        var cost = ""
        let change: @Sendable (inout MachineFacts) -> Void

        var testDescription: String { "\(name): \(finding)" }
    }

    @Test func ofASoundMachineAllIsWell() {
        #expect(Self.sound.checks.allSatisfy { $0.state == .ok && $0.cost.isEmpty && !$0.finding.isEmpty })
        #expect(Set(Self.sound.checks.map(\.name)).count == Self.sound.checks.count)
    }

    @Test(arguments: cases) func eachLackIsSaid(_ expected: Case) throws {
        var facts = Self.sound
        expected.change(&facts)
        let check = try #require(facts.checks.first { $0.name == expected.name })
        #expect(check.state == expected.state)
        #expect(check.finding == expected.finding)
        #expect(check.cost.contains(expected.cost) && check.cost.isEmpty == (check.state == .ok), "\(check.cost)")
        #expect(facts.checks.filter { $0.name != expected.name }.allSatisfy { $0.state == .ok })
    }

    @Test func statesAreOrdered() {
        #expect([Check.State.warning, .problem, .ok].max() == .problem)
        #expect([Check.State.ok, .warning].max() == .warning)
    }

    /// Without namespaces the parents of processes must be known.
    @Test func childrenThatAreNotShownAreAProblemWithoutNamespaces() throws {
        var facts = Self.sound
        facts.processFiles = .withoutChildren
        facts.namespaces = .refused(LoopError(code: -1))
        let check = try #require(facts.checks.first { $0.name == "/proc" })
        #expect(check.state == .problem && check.cost.hasPrefix("what a job's program starts may outlive it"))
    }

    @Test func aCheckIsALine() {
        let checks = [Check.ok("kernel", "6.1"), .warning("cores", "1", cost: "nodes wait")]
        #expect(Doctor.text(checks) == "ok       kernel  6.1\nwarning  cores   1; nodes wait\n")
    }

    @Test(arguments: [
        (["0::/"], ["/sys/fs/cgroup"]),
        (["0::/a/b"], ["/sys/fs/cgroup", "/sys/fs/cgroup/a", "/sys/fs/cgroup/a/b"]),
        (["4:cpu:/x", "3:pids:/a"], ["/sys/fs/cgroup/pids", "/sys/fs/cgroup/pids/a"]),
        (["nonsense"], []),
    ])
    func aControlGroupsFoldersAreThoseAboveItToo(lines: [String], folders: [String]) {
        #expect(ControlGroup.folders("pids", lines.map { Substring($0) }) == folders)
    }

    @Test(
        arguments: [
            ("max 100000", nil), ("50000 100000", 0.5), ("400000 100000", 4), ("-1 100000", nil), ("-1 0", nil),
            ("nonsense", nil), ("1 2 3", nil), ("", nil),
        ] as [(String, Double?)]) func aQuotaOfTimeIsSoManyCores(line: String, cores: Double?)
    {
        #expect(ControlGroup.cores(Substring(line)) == cores)
    }
}
