public import EventLoop

/// What sees to it that nothing of a container outlives it, and that it does not outlive its worker.
public enum ContainerIsolation: Hashable, Sendable {
    /// A container is process 1 of a PID namespace, with a death signal: the kernel does, whatever is killed.
    case namespace
    /// The host refuses namespaces. What is orphaned comes to the nearest process above that lives, which kills it:
    /// the container, its worker, its launcher.
    case subreapers

    /// This host's.
    public static var current: ContainerIsolation { Processes.namespacesAvailable ? .namespace : .subreapers }

    /// What is then not certain, in a sentence; nil when all is.
    public var lack: String? {
        switch self {
        case .namespace: nil
        case .subreapers:
            "kill -9 of launcher, worker and container at once may leave a job's programs running; of a worker started by "
                + "hand, kill -9 of worker and container"
        }
    }

    /// For the processes above a container.
    public var strays: ChildReaper.Strays { self == .namespace ? .leftToOthers : .killed }
}
