import EventLoop

@testable import martlet

extension CheckTests {
    static let cases =
        namespaceCases + limitCases + diskCases + versionCases + sizeCases + otherCases
        + boundCases + portCases

    private static let namespaceCases = [
        Case(name: "PID namespaces", state: .ok, finding: "available through user namespaces") {
            $0.namespaces = .throughUserNamespace
        },
        Case(
            name: "PID namespaces", state: .warning,
            finding: "refused: not permitted, by a container's seccomp profile or AppArmor perhaps",
            cost: "kill -9 of launcher, worker and container at once may leave a job's programs running"
        ) { $0.namespaces = .refused(LoopError(code: -1)) },
        Case(
            name: "PID namespaces", state: .warning,
            finding: "refused: user.max_pid_namespaces or user.max_user_namespaces is too low"
        ) { $0.namespaces = .refused(LoopError(code: -28)) },
        Case(name: "PID namespaces", state: .warning, finding: "refused: EINVAL: invalid argument") {
            $0.namespaces = .refused(.invalidArgument)
        },
    ]

    private static let limitCases = [
        Case(name: "open files", state: .ok, finding: "no limit") { $0.openFiles = nil },
        Case(name: "open files", state: .ok, finding: "4096 a process") { $0.openFiles = 4096 },
        Case(
            name: "open files", state: .warning, finding: "1024 a process", cost: "more than about 960 nodes"
        ) { $0.openFiles = 1024 },
        Case(name: "open files", state: .problem, finding: "127 a process", cost: "ulimit -Hn") { $0.openFiles = 127 },
        Case(name: "processes", state: .ok, finding: "960 at once, threads counted") { $0.processes = 960 },
        Case(
            name: "processes", state: .warning, finding: "600 at once, threads counted", cost: "about 100 containers"
        ) { $0.processes = 600 },
        Case(name: "processes", state: .problem, finding: "95 at once, threads counted", cost: "ulimit -u") {
            $0.processes = 95
        },
    ]

    private static func home(isWritable: Bool = true, _ freeByteCount: Int?) -> MachineFacts.Home {
        MachineFacts.Home(path: "/h", isWritable: isWritable, freeByteCount: freeByteCount)
    }

    private static let diskCases = [
        Case(name: "disk", state: .ok, finding: "1024 MiB free for /h") { $0.home = home(1 << 30) },
        Case(name: "disk", state: .warning, finding: "1023 MiB free for /h", cost: "set MARTLET_HOME") {
            $0.home = home(1 << 30 - 1)
        },
        Case(name: "disk", state: .problem, finding: "99 MiB free for /h", cost: "attempts fail") {
            $0.home = home(100 << 20 - 1)
        },
        Case(name: "disk", state: .warning, finding: "/h, free space unknown", cost: "when it is full") {
            $0.home = home(nil)
        },
        Case(name: "disk", state: .problem, finding: "/h cannot be written", cost: "set MARTLET_HOME") {
            $0.home = home(isWritable: false, 50 << 30)
        },
    ]

    private static let versionCases = [
        Case(name: "kernel", state: .ok, finding: "5.11") { $0.kernel = "5.11" },
        Case(name: "kernel", state: .problem, finding: "5.10.0-28", cost: "Linux 5.11") { $0.kernel = "5.10.0-28" },
        Case(name: "kernel", state: .problem, finding: "4.19-rc1", cost: "no process") { $0.kernel = "4.19-rc1" },
        Case(name: "kernel", state: .warning, finding: "unheard-of", cost: "5.11 or later") {
            $0.kernel = "unheard-of"
        },
        Case(name: "libuv", state: .ok, finding: "2.0.0-dev") { $0.libuv = "2.0.0-dev" },
        Case(name: "libuv", state: .warning, finding: "1.43.0", cost: "before 1.44") { $0.libuv = "1.43.0" },
    ]

    private static let sizeCases = [
        Case(name: "cores", state: .warning, finding: "1", cost: "heartbeats") { $0.cores = 1 },
        Case(name: "memory", state: .ok, finding: "512 MiB of 16 GiB available") { $0.memoryAvailable = 512 << 20 },
        Case(name: "memory", state: .warning, finding: "511 MiB of 16 GiB available", cost: "take more") {
            $0.memoryAvailable = 511 << 20
        },
        Case(name: "memory", state: .problem, finding: "99 MiB of 512 MiB available", cost: "any process") {
            $0.memory = 512 << 20
            $0.memoryAvailable = 99 << 20
        },
        Case(name: "memory", state: .warning, finding: "unknown", cost: "too little") { $0.memory = 0 },
    ]

    private static let otherCases = [
        Case(name: "/proc", state: .problem, finding: "not readable", cost: "mount it") {
            $0.processFiles = .unreadable
        },
        Case(
            name: "/proc", state: .warning, finding: "does not show whose child a process is", cost: "freeze"
        ) { $0.processFiles = .withoutChildren },
        Case(
            name: "loopback", state: .problem,
            finding: "cannot be listened on: EADDRNOTAVAIL: address not available", cost: "find each other"
        ) { $0.loopback = LoopError(code: -99) },
    ]

    private static func home(files: Int?, allowsPrograms: Bool = true) -> MachineFacts.Home {
        MachineFacts.Home(
            path: "/h", isWritable: true, freeByteCount: 50 << 30, freeFileCount: files, allowsPrograms: allowsPrograms)
    }

    private static let boundCases = [
        Case(name: "file size", state: .ok, finding: "10 GiB a file") { $0.fileSize = 10 << 30 },
        Case(name: "file size", state: .warning, finding: "1024 MiB a file", cost: "ulimit -f") {
            $0.fileSize = 1 << 30
        },
        Case(name: "file size", state: .problem, finding: "127 MiB a file", cost: "the journal") {
            $0.fileSize = 127 << 20
        },
        Case(name: "control group", state: .ok, finding: "at most 1.5 cores, 512 MiB, 100 processes") {
            $0.group = MachineFacts.Group(cores: 1.5, memory: 512 << 20, processes: 100)
        },
        Case(name: "control group", state: .warning, finding: "at most 0.25 cores", cost: "a whole core") {
            $0.group = MachineFacts.Group(cores: 0.25)
        },
        Case(name: "control group", state: .warning, finding: "its limits cannot be read", cost: "not known") {
            $0.group = nil
        },
        Case(name: "files", state: .ok, finding: "20000 more can be made in /h") { $0.home = home(files: 20_000) },
        Case(name: "files", state: .warning, finding: "19999 more can be made in /h", cost: "MARTLET_HOME") {
            $0.home = home(files: 19_999)
        },
        Case(name: "files", state: .problem, finding: "999 more can be made in /h", cost: "attempts fail") {
            $0.home = home(files: 999)
        },
        Case(
            name: "programs", state: .warning, finding: "cannot be executed in /h, which is mounted noexec",
            cost: "python3 mapper.py"
        ) { $0.home = home(files: nil, allowsPrograms: false) },
    ]

    private static let portCases = [
        Case(name: "port 7477", state: .ok, finding: "the cluster 'a' listens on it") { $0.usualPort = .cluster("a") },
        Case(name: "port 7477", state: .warning, finding: "another program listens on it", cost: "martlet status") {
            $0.usualPort = .taken
        },
        Case(name: "ports", state: .ok, finding: "28232 for connections") { $0.portCount = 28_232 },
        Case(name: "ports", state: .warning, finding: "4095 for connections", cost: "ip_local_port_range") {
            $0.portCount = 4095
        },
        Case(name: "ports", state: .problem, finding: "99 for connections", cost: "do not reach") {
            $0.portCount = 99
        },
    ]
}
