import Foundation
import Testing

/// A disk that loses its power, or its writer, at a chosen moment: `scripts/shims/disk.c`, which says what the words mean.
struct Disk {
    struct Crash: Sendable, CustomTestStringConvertible {
        /// `MOMENT OPERATION NUMBER NAME LOSS`.
        let words: String

        init(_ words: String) { self.words = words }

        var testDescription: String { words }
        var loss: Substring? { words.split(separator: " ").last }
        /// Whether the journal's last write is there in part.
        var tears: Bool { ["cut", "zeros", "hole"].contains(loss) }
    }

    /// Makes what is below the cluster's folder such a disk, for a process that gets them.
    let variables: [String: String]

    init(_ cluster: TestCluster, _ crash: Crash) throws {
        let library = cluster.path("disk.so")
        let compiled = try TestCluster.run(
            ["-shared", "-fPIC", "-o", library, TestCluster.root + "/scripts/shims/disk.c"], cluster.environment,
            program: Self.compiler)
        try #require(compiled.status == 0, "\(compiled.error)")
        variables = [
            "LD_PRELOAD": library, "MARTLET_DISK": cluster.folder, "MARTLET_DISK_SYNC": "5",
            "MARTLET_DISK_CRASH": crash.words,
        ]
    }

    /// Swift brings a clang along.
    private static let compiler: String = {
        let clang = try? TestCluster.run(["--version"], ProcessInfo.processInfo.environment, program: "clang")
        return clang?.status == 0 ? "clang" : "cc"
    }()
}
