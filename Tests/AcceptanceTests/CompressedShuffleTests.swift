import Foundation
import Testing

/// What goes from maps to reducers may be compressed; what comes out is the same.
@Suite(.serialized) struct CompressedShuffleTests {
    @Test func eachCodecGivesTheSameOutputAsNone() throws {
        try TestCluster.with(core: 2) { cluster in
            for number in 0..<4 { try cluster.write("in/\(number)", sampleText(lines: 3000, seed: UInt64(number))) }
            let plain = try run(cluster, 1, [])
            for (place, codec) in ["Lz4Codec", "ZStandardCodec", "DefaultCodec", "GzipCodec", "SnappyCodec"]
                .enumerated()
            {
                // In memory or on the disk, and what is on the reducer's own node in place.
                let memory = place % 2 == 0 ? 0 : 64 << 20
                let packed = try run(
                    cluster, place + 2,
                    [
                        "-D", "mapreduce.map.output.compress=true", "-D",
                        "mapreduce.map.output.compress.codec=\(codec)",
                        "-D", "mapreduce.reduce.memory.totalbytes=\(memory)",
                    ])
                #expect(packed.parts == plain.parts, "\(codec)")
                #expect(packed.materialized < plain.materialized * 3 / 4, "\(codec)")
            }
        }
    }

    private func run(
        _ cluster: TestCluster, _ number: Int, _ options: [String]
    ) throws -> (parts: [Data], materialized: Int) {
        let output = try cluster.stream(
            options + ["-input", cluster.uri("in"), "-mapper", "cat", "-reducer", "cat", "-numReduceTasks", "3"],
            output: "out-\(number)")
        let counters = try #require(try cluster.json(["counters", "\(number)"])["counters"] as? [[String: Any]])
        func value(_ name: String) -> Int { counters.first { $0["name"] as? String == name }?["value"] as? Int ?? 0 }
        #expect(value("MAP_OUTPUT_MATERIALIZED_BYTES") > 0)
        #expect(value("REDUCE_SHUFFLE_BYTES") == value("MAP_OUTPUT_MATERIALIZED_BYTES"))
        return (output.parts, value("MAP_OUTPUT_MATERIALIZED_BYTES"))
    }
}
