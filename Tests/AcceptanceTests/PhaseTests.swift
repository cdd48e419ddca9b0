import Foundation
import Testing

/// Where attempts say that their time went.
@Suite struct PhaseTests {
    @Test func attemptsTellWhatTheirTimeWentInto() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            try cluster.program("slow", "#!/bin/sh\nsleep 0.1\nexec cat\n")
            let job = try cluster.submit(
                "slow", ["-input", cluster.uri("text"), "-reducer", "slow", "-numReduceTasks", "1"])
            #expect(try cluster.run(["wait", job, "--quiet"]).status == 0)
            let attempts = try cluster.tasks(job).filter { $0.kind == "map" || $0.kind == "reduce" }.flatMap(\.attempts)
            #expect(attempts.count == 2)
            for (attempt, phase) in zip(attempts, ["map", "reduce"]) {
                let phases = try #require(attempt.phases)
                #expect(try #require(phases.first { $0.name == phase }).seconds >= 0.1)
                #expect(phases.map(\.seconds).reduce(0, +) <= attempt.seconds + 0.001)
            }
        }
    }

    @Test func attemptsThatFailTellItToo() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            try cluster.program("failing", "#!/bin/sh\ncat > /dev/null\nsleep 0.1\nexit 3\n")
            let job = try cluster.submit("failing")
            #expect(try cluster.run(["wait", job, "--quiet"]).status == 1)
            let attempt = try #require(try cluster.tasks(job)[0].attempts.first)
            #expect(attempt.state == "failed")
            #expect(try #require(attempt.phases?.first { $0.name == "map" }).seconds >= 0.1)
            let table = try cluster.run(["tasks", job]).output
            #expect(table.contains(#/exited with status 3.* \(map \d+\.\d s/#))
        }
    }
}
