internal import ClusterModel

/// Reports as tables, whether they come from a coordinator or from a journal.
enum ReportTables {
    static func nodes(_ nodes: [NodeReport]) -> String {
        let rows = nodes.map { node in
            [
                node.name, node.role, node.instanceType.isEmpty ? "-" : node.instanceType, node.state,
                node.role == "master" ? "-" : "\(node.containersRunning)/\(node.containersAllowed)",
                node.pid > 0 ? "\(node.pid)" : "-", node.host.isEmpty ? "-" : node.host, node.reason,
            ]
        }
        return Table.text([["NAME", "ROLE", "TYPE", "STATE", "CONTAINERS", "PID", "HOST", "WHY"]] + rows)
    }

    static func jobs(_ jobs: [JobReport]) -> String {
        let rows = jobs.map { job in
            [
                job.id, job.state, "\(job.maps.done)/\(job.maps.total)", "\(job.reduces.done)/\(job.reduces.total)",
                Table.duration(job.elapsed), job.name,
            ]
        }
        return Table.text([["JOB", "STATE", "MAPS", "REDUCES", "TIME", "NAME"]] + rows)
    }

    static func job(_ job: JobReport) -> String {
        let table = Table.text([
            ["job", "\(job.id)  \(job.name)"], ["state", "\(job.state), \(Table.duration(job.elapsed))"],
            ["output", job.output], ["maps", text(job.maps)], ["reduces", text(job.reduces)],
            ["attempts", "\(job.attemptsFailed) failed, \(job.attemptsLost) lost, \(job.attemptsKilled) killed"],
        ])
        let excluded = job.excludedNodes.map { "excluded for it: \($0.node), \($0.reason)\n" }
        return table + excluded.joined() + (job.failure.map { JobEnd.text($0) + "\n" } ?? "")
    }

    static func tasks(_ tasks: [TaskReport]) -> String {
        var rows = [["TASK", "STATE", "ATTEMPT", "NODE", "ATTEMPT IS", "TIME", "WHY, OR WHERE ITS TIME WENT"]]
        for task in tasks {
            if task.state == "pending" { rows.append([task.id, task.state, "-", "-", "-", "-", task.why]) }
            for attempt in task.attempts {
                rows.append([
                    task.id, task.state, attempt.id, attempt.node, attempt.state, Table.duration(attempt.seconds),
                    why(attempt),
                ])
            }
        }
        return Table.text(rows)
    }

    private static func why(_ attempt: TaskReport.Attempt) -> String {
        let phases = (attempt.phases ?? []).map { "\($0.name) \(Table.duration($0.seconds))" }.joined(separator: ", ")
        if attempt.reason.isEmpty { return phases }
        return phases.isEmpty ? attempt.reason : "\(attempt.reason) (\(phases))"
    }

    private static func text(_ tasks: JobReport.Tasks) -> String {
        "\(tasks.done) of \(tasks.total) done, \(tasks.running) running, \(tasks.pending) pending"
    }
}
