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
}
