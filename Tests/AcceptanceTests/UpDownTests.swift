import Foundation
import Testing

/// What `up` and `down` do with clusters that are not as they should be.
@Suite(.serialized) struct UpDownTests {
    @Test(arguments: ["../..", "..", ".", "", "a/b", "a.lock"])
    func aNameThatIsNoneIsRefusedByEveryCommand(_ name: String) throws {
        let cluster = try TestCluster(empty: ())
        try cluster.write("home/clusters/other/precious", "kept\n")
        for command in [["down"], ["status"], ["up"], ["jobs"]] {
            let result = try cluster.run(command + ["--cluster", name])
            #expect(result.status == 1)
            #expect(result.error.contains("is no name for a cluster: use up to 60 letters"))
        }
        #expect(FileManager.default.fileExists(atPath: cluster.path("home/clusters/other/precious")))
        try cluster.end()
    }

    @Test func anEmptyVariableNamesNoCluster() throws {
        let cluster = try TestCluster(empty: ())
        for name in ["a", "b"] { try cluster.write("home/clusters/\(name)/secret", "s\n") }
        let down = try cluster.run(["down"], ["MARTLET_CLUSTER": ""])
        #expect(down.status == 1)
        #expect(down.error.contains("there are several clusters, a, b: say which with --cluster NAME"))
        #expect(FileManager.default.fileExists(atPath: cluster.path("home/clusters/a/secret")))
        try cluster.end()
    }

    @Test func aFolderThatIsNoClustersIsNotRemoved() throws {
        let cluster = try TestCluster(empty: ())
        try cluster.write("home/clusters/other/precious", "kept\n")
        for command in ["down", "up"] {
            let result = try cluster.run([command, "--cluster", "other"])
            #expect(result.status == 1)
            #expect(result.error.contains("it is no cluster's folder: move it away"))
        }
        #expect(FileManager.default.fileExists(atPath: cluster.path("home/clusters/other/precious")))
        try cluster.end()
    }

    @Test func noLockIsLeftOfAClusterThatIsNot() throws {
        let cluster = try TestCluster(empty: ())
        #expect(
            try cluster.run(["down", "--cluster", "none"]).error.contains("there is no cluster 'none' on this host"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: cluster.path("home/clusters")) == [])
        try cluster.end()
    }

    /// Whatever their order, what the last one left is what the next one finds: `end` looks for anything else.
    @Test func upsAndDownsAtOnceLeaveNothingThatDownCannotEnd() throws {
        let cluster = try TestCluster(empty: ())
        let commands = (0..<12).map { $0 % 2 == 0 ? ["up", "--core", "1", "--task", "0"] : ["down"] }
        let processes = try commands.map { try cluster.startProcess($0, output: Pipe()) }
        for process in processes { process.waitUntilExit() }
        let launchers = TestCluster.processes(naming: cluster.folder).filter { $0.command.contains(" launcher ") }
        #expect(launchers.count <= 1)
        if !FileManager.default.fileExists(atPath: cluster.path("home/clusters/default")) { #expect(launchers.isEmpty) }
        try cluster.end()
    }
}

extension TestCluster {
    /// Runs a command with variables of its own beside the cluster's.
    func run(_ arguments: [String], _ variables: [String: String]) throws -> Result {
        try Self.run(arguments, environment.merging(variables) { $1 })
    }
}
