/// What a connecting process is, as it says in the handshake.
public enum PeerRole: UInt8, Hashable, Sendable {
    /// Asks and commands: the command line, libraries.
    case client = 1
    case worker = 2
    /// Starts workers on its host.
    case launcher = 3
    /// A container that fetches map output from a worker.
    case fetcher = 4
}
