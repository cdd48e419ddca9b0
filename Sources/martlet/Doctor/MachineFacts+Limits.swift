internal import EventLoop

/// What the limits mean that are not a machine's but were set for it.
extension MachineFacts {
    var checkGroup: Check {
        let name = "control group"
        guard let group else {
            return .warning(
                name, "its limits cannot be read",
                cost: "what it allows is not known here, and the kernel ends or slows jobs' programs by it")
        }
        let limits = [
            group.cores.map { "\(Figure.decimal($0, places: 2)) cores" }, group.memory.map { Self.text($0) },
            group.processes.map { "\($0) processes" },
        ].compactMap { $0 }
        guard !limits.isEmpty else { return .ok(name, "no limit") }
        let finding = "at most " + limits.joined(separator: ", ")
        if let cores = group.cores, cores < 1 {
            return .warning(
                name, finding,
                cost: "processes wait for each other, and nodes may be taken for lost: allow a whole core")
        }
        return .ok(name, finding)
    }

    var checkFileSize: Check {
        let name = "file size"
        guard let fileSize else { return .ok(name, "no limit") }
        let finding = "\(Self.text(fileSize)) a file"
        let cost = "map output, spills and parts beyond it fail their attempts: raise the limit (ulimit -f)"
        // A segment of the journal has 64 MiB.
        if fileSize < 128 << 20 { return .problem(name, finding, cost: "the journal cannot be written; \(cost)") }
        return fileSize < 10 << 30 ? .warning(name, finding, cost: cost) : .ok(name, finding)
    }

    var checkFileCount: Check {
        let name = "files"
        guard let count = home.freeFileCount else { return .ok(name, "no limit for \(home.path)") }
        let finding = "\(count) more can be made in \(home.path)"
        let cost = "attempts fail when there are none: remove some, or set MARTLET_HOME"
        if count < 1000 { return .problem(name, finding, cost: cost) }
        return count < 20_000 ? .warning(name, finding, cost: cost) : .ok(name, finding)
    }

    var checkPrograms: Check {
        let name = "programs"
        if home.allowsPrograms { return .ok(name, "can be executed in \(home.path)") }
        return .warning(
            name, "cannot be executed in \(home.path), which is mounted noexec",
            cost: "programs that a job brings along start by an interpreter only (python3 mapper.py): set MARTLET_HOME")
    }

    var checkUsualPort: Check {
        let name = "port \(ClusterFolder.usualPort)"
        switch usualPort {
        case .free: return .ok(name, "free")
        case .cluster(let cluster): return .ok(name, "the cluster '\(cluster)' listens on it")
        case .taken:
            return .warning(
                name, "another program listens on it",
                cost: "a cluster's address is another each time: 'martlet status' says which")
        }
    }

    /// Each node is connected to the coordinator, and while a job's reducers fetch, to each other node.
    var checkPorts: Check {
        let name = "ports"
        guard let portCount else { return .ok(name, "number unknown") }
        let finding = "\(portCount) for connections"
        if portCount < 100 {
            return .problem(name, finding, cost: "nodes do not reach each other: widen net.ipv4.ip_local_port_range")
        }
        if portCount < 4096 {
            return .warning(
                name, finding,
                cost: "reducers of many nodes find none free, and fetch again: widen net.ipv4.ip_local_port_range")
        }
        return .ok(name, finding)
    }
}
