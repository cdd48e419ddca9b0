import Foundation
import Testing

/// Much at once: it arrives whole, or is refused in words.
@Suite(.serialized) struct LimitTests {
    @Test func largeFilesOfAJobReachEveryNode() throws {
        try TestCluster.with(core: 2, task: 1) { cluster in
            try cluster.write("large", Data(repeating: 65, count: 20 << 20))
            for number in 0..<6 { try cluster.write("in/\(number)", "x\n") }
            try cluster.program("map", "#!/bin/sh\ncat > /dev/null\nwc -c < large\n")
            let output = try cluster.stream([
                "-input", cluster.uri("in"), "-files", "\(cluster.path("map")),\(cluster.path("large"))", "-mapper",
                "map",
                "-reducer", "cat",
            ])
            #expect(output.text == Array(repeating: "\(20 << 20)\t", count: 6))
            #expect(try cluster.nodes().allSatisfy { $0["incarnation"] as? Int == 1 } as Bool)
        }
    }

    @Test func filesBeyondTheLimitAreRefused() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "x\n")
            try cluster.write("huge", Data(count: 65 << 20))
            let result = try cluster.run([
                "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-files", cluster.path("huge"),
                "-mapper",
                "cat", "-reducer", "cat",
            ])
            #expect(result.status == 1)
            #expect(result.error.contains("over 64 MiB"))
        }
    }

    @Test func thousandsOfTasksAreListedWhole() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", String(repeating: "a\n", count: 6000))
            let submitted = try cluster.run([
                "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "cat",
                "-reducer",
                "NONE", "-D", "mapreduce.input.fileinputformat.split.maxsize=1",
            ])
            #expect(submitted.status == 0)
            let tasks = try cluster.tasks("job-1")
            #expect(tasks.count >= 12_000)
            #expect(tasks.first?.id == "job-1-map-0")
            #expect(try cluster.run(["cancel", "job-1"]).status == 0)
        }
    }

    @Test func manyStrangersKeepNobodyOut() throws {
        try TestCluster.with(core: 1) { cluster in
            let status = try cluster.json(["status"])
            let address = try #require((status["coordinator"] as? [String: Any])?["address"] as? String)
            let port = try #require(UInt16(address.split(separator: ":")[1]))
            let sockets = try (0..<400).map { _ in try Stranger.connect(port) }
            #expect(try cluster.run(["status"]).status == 0)
            for socket in sockets { close(socket) }
        }
    }
}
