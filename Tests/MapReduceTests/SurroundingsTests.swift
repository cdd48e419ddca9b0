import ClusterModel
import MapReduce
import Testing

@Suite struct SurroundingsTests {
    @Test(arguments: [(["here": 8], 2), (["here": 1], 1), (["there": 8], 8), (["here": 8, "there": 3], 5), ([:], 0)])
    func containersOfThisHostAreAtWorkAsItsCoresAllow(containers: [String: Int], expected: Int) {
        let nodes = containers.flatMap { host, count in Array(repeating: (host: host, containers: 1), count: count) }
        let surroundings = ExampleJob.Surroundings(nodes: nodes, thisHost: ("here", 2), folder: "/")
        #expect(surroundings.containers == expected)
        #expect(surroundings.nodes == nodes.count)
    }

    /// What would run beyond the cores takes caches and memory from what runs on them.
    @Test(
        arguments: [(8, [], 2), (2, [], 0), (8, ["-D", "mapreduce.job.running.map.limit=5"], 5)]
            as [(Int, [String], Int)])
    func noMoreMapsRunThanThisHostHasCores(nodes: Int, words: [String], expected: Int) throws {
        let nodes = Array(repeating: (host: "here", containers: 1), count: nodes)
        let surroundings = ExampleJob.Surroundings(nodes: nodes, thisHost: ("here", 2), folder: "/")
        let job = try ExampleJob.named("teragen")?.job(words + ["9", "/no-such-folder/out"], surroundings)
        #expect(job?.specification.runningMapLimit == expected)
    }
}
