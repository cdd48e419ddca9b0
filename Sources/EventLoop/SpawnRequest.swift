/// What a child process is to be.
public struct SpawnRequest: Hashable, Sendable {
    /// How far the child is shut off from the rest.
    public enum Isolation: Hashable, Sendable {
        case none
        /// Process 1 of a PID namespace of its own: whatever descends from it dies with it, and cannot see, let alone
        /// signal, anybody outside. Such a process ignores signals it has no handler for, except ``Signal/kill`` and
        /// ``Signal/stop`` from outside, and must reap strays. Ask ``Processes/namespacesAvailable`` first.
        case processNamespace
    }

    /// A path, if relative then to ``folder``; without a slash, looked up in the PATH of ``environment``.
    public var executable: String
    /// Without the program's name, which is added in front.
    public var arguments: [String]
    /// Each `NAME=VALUE`. It has no more than this.
    public var environment: [String]
    /// `nil`: this process's own.
    public var folder: String?
    /// The child's descriptors from 0 on, at most 64; -1 stands for /dev/null. It gets no others.
    public var descriptors: [CInt]
    public var isolation: Isolation
    /// Away from this process's terminal and process group, and so from Control-C.
    public var newSession: Bool
    /// SIGKILL when the thread that spawned it ends: spawn on a thread that lives as long as the process.
    public var diesWithParent: Bool
    /// Bytes that a file which it, or what descends from it, writes may have; `nil` is any number. Beyond it SIGXFSZ comes.
    public var fileSizeLimit: Int?
    /// Threads that its namespace may have, where the kernel holds it to that: its own limit of PIDs since Linux 6.14, or
    /// else, for ordinary users, since 5.14. A fork beyond it fails. `nil` is any number.
    public var threadLimit: Int?

    public init(
        executable: String, arguments: [String] = [], environment: [String] = [], folder: String? = nil,
        descriptors: [CInt] = [-1, -1, -1], isolation: Isolation = .none, newSession: Bool = false,
        diesWithParent: Bool = false, fileSizeLimit: Int? = nil, threadLimit: Int? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.descriptors = descriptors
        self.isolation = isolation
        self.newSession = newSession
        self.diesWithParent = diesWithParent
        self.fileSizeLimit = fileSizeLimit
        self.threadLimit = threadLimit
    }
}

/// How a child process ended.
public enum ExitStatus: Hashable, Sendable {
    /// By itself, with a status from 0 to 255.
    case exited(Int)
    /// By a signal.
    case signaled(Int)
}

/// Why a child process did not start.
public enum SpawnError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The step that failed.
    public enum Step: String, Hashable, Sendable {
        case clone = "making the process"
        case namespace = "mapping the user into the namespace"
        case session = "starting a session"
        case deathSignal = "setting the death signal"
        case descriptors = "placing the descriptors"
        case folder = "changing to the folder"
        case execute = "executing the program"
    }

    /// No executable file of that name in any folder of PATH.
    case notFound(executable: String, searchPath: String)
    /// A string with a zero byte in it, which would be cut there.
    case zeroByte(String)
    /// - Parameter subject: The folder, or else the executable.
    case failed(Step, subject: String, LoopError)

    public var description: String {
        switch self {
        case .notFound(let executable, let searchPath): "\(executable): not found in PATH (\(searchPath))"
        case .zeroByte(let text): "zero byte in \(text.debugDescription)"
        case .failed(let step, let subject, let error): "\(subject): \(step.rawValue) failed: \(error)"
        }
    }
}
