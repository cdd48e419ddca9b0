internal import EventLoop
internal import Worker

/// What the facts mean.
extension MachineFacts {
    var checks: [Check] {
        [
            checkNamespaces, checkOpenFiles, checkProcesses, checkFileSize, checkGroup, checkHome, checkFileCount,
            checkPrograms, checkKernel, checkLibuv, checkCores, checkMemory, checkProcessFiles, checkLoopback,
            checkUsualPort, checkPorts,
        ]
    }

    private var checkNamespaces: Check {
        let name = "PID namespaces"
        switch namespaces {
        case .available: return .ok(name, "available")
        case .throughUserNamespace: return .ok(name, "available through user namespaces")
        case .refused(let error):
            return .warning(
                name, "refused: \(Self.reason(error))", cost: ContainerIsolation.subreapers.lack ?? "nothing is certain"
            )
        }
    }

    private static func reason(_ error: LoopError) -> String {
        switch error.name {
        case "EPERM": "not permitted, by a container's seccomp profile or AppArmor perhaps"
        case "ENOSPC": "user.max_pid_namespaces or user.max_user_namespaces is too low"
        default: "\(error)"
        }
    }

    /// A child's descriptors are put in order above this number, and a process has some of its own.
    private static let descriptorsBesidePeers = 64

    private var checkOpenFiles: Check {
        let name = "open files"
        guard let limit = openFiles else { return .ok(name, "no limit") }
        let finding = "\(limit) a process"
        if limit < 2 * Self.descriptorsBesidePeers {
            return .problem(name, finding, cost: "processes cannot be started: raise the hard limit (ulimit -Hn)")
        }
        if limit < 4096 {
            let room = limit - Self.descriptorsBesidePeers
            return .warning(name, finding, cost: "more than about \(room) nodes, clients or containers run out of them")
        }
        return .ok(name, finding)
    }

    /// A container, its program, a child of that, and threads.
    private static let processesOfContainer = 6

    private var checkProcesses: Check {
        let name = "processes"
        guard let limit = processes else { return .ok(name, "no limit") }
        let finding = "\(limit) at once, threads counted"
        let usual = 16 * Self.processesOfContainer
        if limit < usual {
            return .problem(
                name, finding, cost: "programs of the usual four nodes do not start: raise the limit (ulimit -u)")
        }
        if limit < 10 * usual {
            let containers = limit / Self.processesOfContainer
            return .warning(name, finding, cost: "more than about \(containers) containers run out of them")
        }
        return .ok(name, finding)
    }

    private var checkHome: Check {
        let name = "disk"
        guard home.isWritable else {
            return .problem(
                name, "\(home.path) cannot be written", cost: "no cluster can be made there: set MARTLET_HOME")
        }
        guard let free = home.freeByteCount else {
            return .warning(name, "\(home.path), free space unknown", cost: "attempts fail when it is full")
        }
        let finding = "\(Self.text(free)) free for \(home.path)"
        let cost =
            "map output and spills of a larger job find no room, and its attempts fail: free some, or set MARTLET_HOME"
        if free < 100 << 20 { return .problem(name, finding, cost: cost) }
        return free < 1 << 30 ? .warning(name, finding, cost: cost) : .ok(name, finding)
    }

    private var checkKernel: Check {
        let name = "kernel"
        guard let version = Self.version(kernel) else {
            return .warning(name, kernel, cost: "its version is not understood: Linux 5.11 or later is needed")
        }
        if version < (5, 11) {
            return .problem(name, kernel, cost: "no process can be started: that takes close_range, of Linux 5.11")
        }
        return .ok(name, kernel)
    }

    private var checkLibuv: Check {
        guard let version = Self.version(libuv), version >= (1, 44) else {
            return .warning("libuv", libuv, cost: "Martlet was never tried with a version before 1.44")
        }
        return .ok("libuv", libuv)
    }

    private var checkCores: Check {
        if cores > 1 { return .ok("cores", "\(cores)") }
        return .warning("cores", "1", cost: "heartbeats wait for the jobs' programs, and nodes may be taken for lost")
    }

    private var checkMemory: Check {
        let name = "memory"
        guard memory > 0 else {
            return .warning(name, "unknown", cost: "the kernel ends processes when there is too little")
        }
        let finding = "\(Self.text(memoryAvailable)) of \(Self.text(memory)) available"
        if memoryAvailable < 100 << 20 {
            return .problem(name, finding, cost: "the kernel may end any process of a cluster's")
        }
        if memoryAvailable < 512 << 20 {
            return .warning(name, finding, cost: "the kernel ends processes when jobs' programs take more")
        }
        return .ok(name, finding)
    }

    private var checkProcessFiles: Check {
        let name = "/proc"
        switch processFiles {
        case .readable: return .ok(name, "readable")
        case .unreadable:
            return .problem(name, "not readable", cost: "no cluster is found again, nor ended: mount it")
        case .withoutChildren:
            let finding = "does not show whose child a process is"
            let cost = "'martlet freeze' stops a worker and not its containers"
            if case .refused = namespaces {
                return .problem(name, finding, cost: "what a job's program starts may outlive it; \(cost)")
            }
            return .warning(name, finding, cost: cost)
        }
    }

    private var checkLoopback: Check {
        guard let loopback else { return .ok("loopback", "can be listened on") }
        return .problem(
            "loopback", "cannot be listened on: \(loopback)", cost: "a cluster's processes do not find each other")
    }

    /// The first two numbers.
    private static func version(_ text: String) -> (Int, Int)? {
        let numbers = text.split(separator: ".").prefix(2).compactMap { part in
            Int(part.prefix { $0.isASCII && $0.isWholeNumber })
        }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }

    static func text(_ byteCount: Int) -> String {
        byteCount < 10 << 30 ? "\(byteCount >> 20) MiB" : "\(byteCount >> 30) GiB"
    }
}
