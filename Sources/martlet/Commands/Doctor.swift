internal import ArgumentParser

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check this machine, and say what each lack costs.",
        discussion: """
            One line for each check: ok, warning (clusters work, but something is not certain or runs out early) or problem \
            (they do not work, or not for long), what was found, and what that costs.

            Looked at are PID namespaces, by which nothing that a job starts outlives its worker; the limits of open files, \
            processes and file sizes, and those of the control group; where clusters have their folders (MARTLET_HOME), \
            free space, free files and whether programs can be executed; the versions of kernel and libuv; cores and \
            memory; /proc; loopback; and ports. Run it as the user who runs clusters. Nothing is changed.

              martlet doctor
              martlet doctor --quiet          # only what is not as it should be

            Exits with 1 when there is a problem, otherwise with 0.
            JSON: state (the worst), checks [{name, state (ok, warning, problem), finding, cost}].
            """)
    @OptionGroup var output: DoneOptions

    struct Report: Encodable {
        let state: Check.State
        let checks: [Check]
    }

    func run() throws {
        let checks = MachineFacts.gather(home: try ClusterFolder.home()).checks
        let state = checks.map(\.state).max() ?? .ok
        if output.json {
            try Output.json(Report(state: state, checks: checks))
        } else {
            Output.text(Self.text(output.quiet ? checks.filter { $0.state != .ok } : checks))
        }
        if state == .problem { throw ExitCode.failure }
    }

    static func text(_ checks: [Check]) -> String {
        Table.text(
            checks.map { check in
                [check.state.rawValue, check.name, check.finding + (check.cost.isEmpty ? "" : "; \(check.cost)")]
            })
    }
}
