import Foundation
import Testing

/// Whatever ends an attempt, and whoever dies of it: nothing that its program has started lives on.
@Suite(.serialized) struct ProcessTreeTests {
    /// What ends a mapper that has left others running.
    enum Ending: String, CaseIterable, Sendable {
        case workerKilled, containerKilled, workerAndContainerKilled
        /// The container hears nothing of it.
        case workerOfAStandingContainerKilled
        /// It has no launcher.
        case workerByHandKilled
        /// Nor does the container's loop hear of it.
        case workerByHandOfABusyContainerKilled
        case jobCancelled, attemptFailed, attemptTimedOut, attemptSucceeded

        var isOfWorker: Bool { rawValue.hasPrefix("worker") }
        var isByHand: Bool { rawValue.hasPrefix("workerByHand") }

        /// Those that this user can bring about.
        static let all = allCases.filter { $0 != .workerByHandOfABusyContainerKilled || getuid() == 0 }
    }

    @Test(.enabled(if: World.plain.hasNamespaces, "the host refuses PID namespaces"), arguments: Ending.all)
    func nothingIsLeft(ending: Ending) throws {
        try check(ending, in: .plain)
    }

    @Test(
        .enabled(if: World.ordinary.isPossible, "only root can become another user"),
        .enabled(if: World.ordinary.hasNamespaces, "the host refuses user namespaces"), arguments: Ending.all)
    func nothingIsLeftOfAnOrdinaryUsers(ending: Ending) throws {
        try check(ending, in: .ordinary)
    }

    @Test(
        .enabled(if: World.plain.refusingNamespaces.isPossible, "needs a user namespace to refuse more in it"),
        arguments: Ending.all)
    func nothingIsLeftWithoutNamespaces(ending: Ending) throws {
        try check(ending, in: .plain.refusingNamespaces)
    }

    @Test(
        .enabled(
            if: World.ordinary.refusingNamespaces.isPossible, "needs root, and a user namespace to refuse more in"),
        arguments: Ending.all)
    func nothingIsLeftOfAnOrdinaryUsersWithoutNamespaces(ending: Ending) throws {
        try check(ending, in: .ordinary.refusingNamespaces)
    }

    @Test(.enabled(if: World.plain.refusingNamespaces.isPossible, "needs a user namespace to refuse more in it"))
    func aWorkerWithoutNamespacesSaysOnceWhatIsNotCertain() throws {
        try TestCluster.with(core: 1, in: .plain.refusingNamespaces) { cluster in
            let warnings = try cluster.log("core-1").filter { $0.contains(" warning ") }
            #expect(warnings.count == 1)
            #expect(
                warnings.first?.contains("the host refuses PID namespaces: kill -9 of launcher, worker and") == true)
        }
    }

    @Test(.enabled(if: World.plain.hasNamespaces, "the host refuses PID namespaces"))
    func aWorkerWithNamespacesWarnsOfNothing() throws {
        try TestCluster.with(core: 1) { cluster in
            let log = try cluster.log("core-1")
            #expect(!log.contains { $0.contains(" warning ") })
        }
    }

    /// Each stray gets away in a way of its own. The sleeper's path, a link in the test's folder, is all that names them.
    private static let mapper = """
        #!/bin/sh
        "$SLEEPER" 1001 >/dev/null 2>&1 &
        setsid "$SLEEPER" 1002 >/dev/null 2>&1 &
        setsid "$SLEEPER" 1003 <&- >&- 2>&- &
        nohup "$SLEEPER" 1004 >/dev/null 2>&1 &
        (trap '' HUP INT QUIT TERM; cd /; setsid env -i "$SLEEPER" 1005 <&- >&- 2>&- &)
        echo > "$STARTED"
        while [ ! -e "$GO" ]; do echo reporter:status:waiting >&2; sleep 0.1; done
        case $ENDING in
        attemptFailed) exit 3 ;;
        attemptSucceeded) exit 0 ;;
        *) exec "$SLEEPER" 1006 ;;
        esac

        """
    private static let strays = 5

    private func check(_ ending: Ending, in world: World) throws {
        try TestCluster.with(core: ending.isByHand ? 0 : 1, in: world) { cluster in
            let byHand = try ending.isByHand ? cluster.startWorker() : nil
            try cluster.write("text", "a\n")
            try cluster.program("leave", Self.mapper)
            try cluster.makePipe("started")
            try FileManager.default.createSymbolicLink(
                atPath: cluster.path("sleeper"), withDestinationPath: TestCluster.sleep())
            let variables = [
                "SLEEPER": cluster.path("sleeper"), "STARTED": cluster.path("started"), "GO": cluster.path("go"),
                "ENDING": ending.rawValue,
            ]
            let timeout = ending == .attemptTimedOut ? 3000 : 600_000
            let submitted = try cluster.run(
                [
                    "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"),
                    "-mapper", "leave", "-reducer", "NONE", "-files", cluster.path("leave"),
                    "-D", "mapreduce.map.maxattempts=1", "-D", "mapreduce.task.timeout=\(timeout)",
                ] + variables.flatMap { ["-cmdenv", "\($0)=\($1)"] })
            try #require(submitted.status == 0, "\(submitted.error)")
            try cluster.waitForWriter("started")
            expectSoon { cluster.sleepers.count == Self.strays }
            try bring(ending, cluster)
            expectSoon { cluster.sleepers.isEmpty }
            if ending.isOfWorker { expectSoon { cluster.containers.isEmpty } }
            byHand?.waitUntilExit()
        }
    }

    private func bring(_ ending: Ending, _ cluster: TestCluster) throws {
        switch ending {
        case .workerKilled, .workerByHandKilled: try kill([cluster.worker()], cluster)
        case .containerKilled: try kill([cluster.container()], cluster)
        case .workerAndContainerKilled: try kill([cluster.container(), cluster.worker()], cluster)
        case .workerOfAStandingContainerKilled:
            #expect(try Foundation.kill(cluster.container(), SIGSTOP) == 0)
            try kill([cluster.worker()], cluster)
        case .workerByHandOfABusyContainerKilled:
            try MainThread.hold(cluster.container()) { try kill([cluster.worker()], cluster) }
        case .jobCancelled: #expect(try cluster.run(["cancel", "job-1"]).status == 0)
        case .attemptFailed, .attemptTimedOut, .attemptSucceeded:
            try cluster.write("go", "")
            let job = try cluster.run(["wait", "job-1", "--quiet"])
            #expect((job.status == 0) == (ending == .attemptSucceeded), "\(job.error)")
            if ending == .attemptTimedOut { #expect(job.error.contains("mapreduce.task.timeout")) }
        }
    }

    /// Several are stopped first, so that none sees the other's end: as if killed at once.
    private func kill(_ processes: [pid_t], _ cluster: TestCluster) throws {
        if processes.count > 1 { for process in processes { #expect(Foundation.kill(process, SIGSTOP) == 0) } }
        for process in processes { #expect(Foundation.kill(process, SIGKILL) == 0) }
        expectSoon { Set(TestCluster.processes(naming: cluster.folder).map(\.pid)).isDisjoint(with: processes) }
    }

    /// For what no event tells: what the system shows of other processes.
    private func expectSoon(_ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) {
        let deadline = Date(timeIntervalSinceNow: 5)
        while !condition() && Date() < deadline { sched_yield() }
        #expect(condition(), sourceLocation: sourceLocation)
    }
}

extension TestCluster {
    /// A named pipe that every user may write to.
    fileprivate func makePipe(_ name: String) throws {
        #expect(mkfifo(path(name), 0o600) == 0)
        #expect(chmod(path(name), 0o666) == 0)
    }

    fileprivate static func sleep() throws -> String {
        try #require(["/bin/sleep", "/usr/bin/sleep"].first { FileManager.default.isExecutableFile(atPath: $0) })
    }

    fileprivate var sleepers: [pid_t] {
        Self.processes(naming: path("sleeper")).filter { $0.command.hasPrefix(path("sleeper")) }.map(\.pid)
    }

    fileprivate var containers: [pid_t] {
        Self.processes(naming: folder).filter { $0.command.hasSuffix("martlet container ") }.map(\.pid)
    }

    fileprivate func container() throws -> pid_t { try #require(containers.first) }

    /// The lines of a process's log.
    fileprivate func log(_ name: String) throws -> [String] {
        try String(contentsOfFile: path("home/clusters/default/logs/\(name).log"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    fileprivate func startWorker() throws -> Process {
        let coordinator = try #require(try json(["status"])["coordinator"] as? [String: Any])
        let address = try #require(coordinator["address"] as? String)
        let secret = path("home/clusters/default/secret")
        return try startProcess(["worker", "--coordinator", address, "--secret-file", secret], output: Pipe())
    }

    fileprivate func worker() throws -> pid_t { pid_t(try #require(try nodes()[1]["pid"] as? Int)) }
}
