internal import ClusterModel
internal import Coordinator
internal import EventLoop
internal import FileSystems

extension Remains {
    /// Looks into a cluster's folder. It disturbs nobody, so that it may be done before anything is decided.
    init(of folder: ClusterFolder) throws {
        self.init()
        guard try !JournalPlace.segments(folder.coordinator).isEmpty else { return }
        do {
            read(try History(folder: folder.coordinator))
        } catch let error as JournalError {
            journal = .unreadable("\(error)")
        }
    }

    private mutating func read(_ history: History) {
        journal = .readable
        let jobs = history.jobs
        unfinished = jobs.filter { !$0.isEnded }.compactMap { JobID($0.id) }
        endedCount = jobs.count - unfinished.count
        nodes = history.nodes.compactMap { Node($0) }
    }
}

extension Remains.Node {
    /// Nil for one that has stopped or is lost, unless it was to be back.
    init?(_ report: NodeReport) {
        let isLost = report.state == "lost"
        guard report.state != "stopped", !isLost || report.reason == Remains.lostUntilBack else { return nil }
        guard let role = NodeRole.allCases.first(where: { "\($0)" == report.role }) else { return nil }
        self.init(name: report.name, role: role, pid: report.pid, startTime: report.startTime)
        isStarting = report.state == "starting"
        // Of those that did not run, none was to be back.
        isRunning = report.state == "running" || isLost
        self.isLost = isLost
    }

    /// Whether its process runs, on this host.
    var isAlive: Bool {
        pid > 0 && Processes.startTime(of: CInt(clamping: pid)) == UInt64(clamping: startTime)
    }
}
