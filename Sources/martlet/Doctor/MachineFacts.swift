internal import EventLoop

/// What `martlet doctor` finds out about this machine, before it judges.
struct MachineFacts: Hashable {
    /// What /proc shows.
    enum ProcessFiles: Hashable {
        case readable
        /// Only whose child a process is cannot be read (a kernel without CONFIG_PROC_CHILDREN).
        case withoutChildren
        case unreadable
    }

    /// Where clusters have their folders.
    struct Home: Hashable {
        let path: String
        let isWritable: Bool
        /// Bytes that this user may still write; nil when that could not be told.
        let freeByteCount: Int?
        /// Files that may still be made; nil when there is no such limit.
        var freeFileCount: Int?
        /// False where nothing can be executed (mounted noexec).
        var allowsPrograms = true
    }

    /// What the control group lets all of its processes have together; nil is unlimited.
    struct Group: Hashable {
        /// Also a part of one.
        var cores: Double?
        /// Bytes.
        var memory: Int?
        var processes: Int?
    }

    /// Who has the port on which a cluster's coordinator listens if it can.
    enum Port: Hashable {
        case free
        /// A cluster of this user's.
        case cluster(String)
        case taken
    }

    var namespaces: Processes.Namespaces
    /// Descriptors that one process may raise its limit to; nil is unlimited.
    var openFiles: Int?
    /// Processes and threads that this user or control group may have at once; nil is unlimited.
    var processes: Int?
    var home: Home
    /// Such as `6.1.0-18-amd64`.
    var kernel: String
    /// Such as `1.44.2`.
    var libuv: String
    /// Cores that this process may run on.
    var cores: Int
    /// Bytes; zero when they could not be told.
    var memory: Int
    var memoryAvailable: Int
    var processFiles: ProcessFiles
    /// Why no socket listens on 127.0.0.1; nil when one does.
    var loopback: LoopError?
    /// Nil when it cannot be read.
    var group: Group? = Group()
    /// Bytes that a file may have; nil is unlimited.
    var fileSize: Int?
    var usualPort = Port.free
    /// How many ports there are for connections that ask for none; nil when it cannot be told.
    var portCount: Int?
}
