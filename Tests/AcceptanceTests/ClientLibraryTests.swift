import Foundation
import Testing

/// The example of the client library, which is a user of it like any other.
@Suite struct ClientLibraryTests {
    private func run(_ cluster: TestCluster, _ arguments: [String]) throws -> TestCluster.Result {
        let example = URL(filePath: TestCluster.program).deletingLastPathComponent().appending(path: "example-client")
        return try TestCluster.run(arguments, cluster.environment, program: example.path)
    }

    @Test func theExampleCountsWordsAndKillsANode() throws {
        try TestCluster.with(core: 3) { cluster in
            try cluster.write("text", "to be or not to be\n")
            let result = try run(cluster, [cluster.uri("text"), cluster.uri("out")])
            #expect(result.status == 0, "\(result.error)")
            #expect(result.output.hasPrefix("job-1 is submitted, and core-3 is killed\n"))
            #expect(result.output.contains(#/job-1-map-0-1\.\d succeeded\n/#))
            #expect(result.output.contains("6 words are counted in \(cluster.uri("out"))\n"))
            let lines = try cluster.read("out").text.map {
                $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
            #expect(Set(lines) == ["2 be", "1 not", "1 or", "2 to"])
            #expect(try cluster.nodes().first { $0["name"] as? String == "core-3" }?["state"] as? String == "lost")
        }
    }

    @Test func aClusterThatDoesNotRunIsExplained() throws {
        let cluster = try TestCluster(empty: ())
        let result = try run(cluster, ["file:///in", "file:///out"])
        #expect(result.status != 0 && result.error.contains("start it with 'martlet up --cluster default'"))
        try cluster.end()
    }
}
