package import EventLoop
internal import FileSystems
internal import Glibc

/// What the launcher of a cluster on this host has written down of itself, in the cluster's folder.
package struct LauncherNote {
    private static let supervised = "supervised"
    /// Bytes; far above what a launcher writes.
    private static let limit = 4096

    package let pid: CInt
    package let startTime: UInt64
    /// Of the coordinator.
    package let address: SocketAddress
    /// Starts the coordinator again when it ends unasked.
    package let supervises: Bool

    package init(pid: CInt, startTime: UInt64, address: SocketAddress, supervises: Bool) {
        (self.pid, self.startTime, self.address, self.supervises) = (pid, startTime, address, supervises)
    }

    /// - Parameter folder: The cluster's.
    /// - Returns: Nil when there is none, whether or not that launcher runs.
    package init?(in folder: String) {
        guard let bytes = try? FileReader.readAll(Self.path(folder), limit: Self.limit) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count >= 3, let pid = CInt(words[0]), let start = UInt64(words[1]),
            let address = SocketAddress(String(words[2]))
        else { return nil }
        self.init(pid: pid, startTime: start, address: address, supervises: words[words.count - 1] == Self.supervised)
    }

    package var text: String { "\(pid) \(startTime) \(address)\(supervises ? " \(Self.supervised)" : "")" }

    package var runs: Bool { Processes.startTime(of: pid) == startTime }

    package static func path(_ folder: String) -> String { "\(folder)/launcher" }

    package static func secretPath(_ folder: String) -> String { "\(folder)/secret" }

    /// Where Martlet keeps what is this user's on this host: `MARTLET_HOME`, or `.martlet` in the home folder.
    package static var home: String {
        let chosen = getenv("MARTLET_HOME").map { String(cString: $0) } ?? ""
        let home = getenv("HOME").map { String(cString: $0) } ?? "/tmp"
        return chosen.isEmpty ? "\(home)/.martlet" : chosen
    }
}
