import Foundation
import Testing

/// Map output that is damaged on its node's disk before reducers read it, through the network or in place: its map runs again.
@Suite(.serialized) struct DamagedOutputTests {
    enum Damage: CaseIterable {
        /// In the first and in the last record, so that both partitions have some.
        case flippedBits
        case cutShort

        func strike(_ content: inout Data) {
            switch self {
            case .flippedBits:
                // Behind the partitions there are 16 bytes for each, and their number.
                for place in [0, content.count - 41] { content[content.startIndex + place] ^= 16 }
            case .cutShort: content.removeLast(content.count / 2)
            }
        }
    }

    @Test(arguments: Damage.allCases) func theMapRunsAgain(damage: Damage) throws {
        try TestCluster.with(core: 2) { cluster in
            for name in ["a", "b", "last"] {
                try cluster.write("in/\(name)", (0..<1000).map { "\($0)-\(name)\n" }.joined())
            }
            #expect(mkfifo(cluster.path("gate"), 0o600) == 0)
            try cluster.program(
                "map",
                "#!/bin/sh\ncase $mapreduce_map_input_file in *last) read -r line < \"$GATE\";; esac\nexec cat\n")
            let watch = try cluster.watch()
            try cluster.submit([
                "--no-speculation", "-D", "mapreduce.job.reduce.slowstart.completedmaps=1", "-input",
                cluster.uri("in"), "-mapper", "map", "-reducer", "cat", "-numReduceTasks", "2", "-files",
                cluster.path("map"), "-cmdenv", "GATE=\(cluster.path("gate"))",
            ])
            try watch.wait { $0.contains("job-1-map-0-1.0 succeeded") }
            try strike("job-1-map-0-1.0.output", of: cluster, damage)
            try Data("go\n".utf8).write(to: URL(filePath: cluster.path("gate")))
            try watch.wait { $0.contains("job-1-map-0-1.1 succeeded") }
            try watch.wait { $0.contains("job-1 succeeded") }
            watch.end()
            let expected = ["a", "b", "last"].flatMap { name in (0..<1000).map { "\($0)-\(name)\t" } }
            #expect(try cluster.read("out").text == expected.sorted())
            try expectCounters(cluster)
        }
    }

    private func strike(_ name: String, of cluster: TestCluster, _ damage: Damage) throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: cluster.path("home"))
        let file = URL(filePath: cluster.path("home/" + (try #require(names.first { $0.hasSuffix(name) }))))
        var content = try Data(contentsOf: file)
        damage.strike(&content)
        try content.write(to: file)
    }

    private func expectCounters(_ cluster: TestCluster) throws {
        let counters = try #require(try cluster.json(["counters", "job-1"])["counters"] as? [[String: Any]])
        func value(_ name: String) -> Int {
            counters.first { $0["name"] as? String == name }?["value"] as? Int ?? 0
        }
        #expect(value("SHUFFLED_MAPS") == 6)
        #expect(value("MERGED_MAP_OUTPUTS") == 6)
        #expect(value("FAILED_SHUFFLE") >= 3)
        #expect(value("IO_ERROR") == value("FAILED_SHUFFLE"))
    }
}
