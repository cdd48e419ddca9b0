import Foundation
import Testing

/// Control-C, pressed at a pseudo terminal.
@Suite struct InterruptTests {
    private func stream(_ cluster: TestCluster) throws -> [String] {
        try cluster.write("text", "a\n")
        return [
            "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "sleep 1000", "-reducer",
            "NONE",
        ]
    }

    private func state(_ cluster: TestCluster) throws -> String? {
        try cluster.json(["job", "job-1"])["state"] as? String
    }

    private static let press = ["map ", "\u{3}"]

    @Test func theFirstAsksAndCIsForCancel() throws {
        try TestCluster.with(core: 1) { cluster in
            let end = try cluster.type([Self.press, ["[c/d]", "c\n"]], at: stream(cluster))
            #expect(
                end.status == 1 && end.told.contains("cancel job-1, or leave it running and detach? [c/d]"), "\(end)")
            #expect(end.told.contains("job-1 cancelled"), "\(end)")
            #expect(try state(cluster) == "cancelled")
        }
    }

    @Test func dLeavesTheJobAndSaysHowToComeBack() throws {
        try TestCluster.with(core: 1) { cluster in
            let end = try cluster.type([Self.press, ["[c/d]", "what\n"], ["detach: ", "d\n"]], at: stream(cluster))
            #expect(
                end.status == 130 && end.told.contains("job-1 goes on: 'martlet wait job-1' waits for it"), "\(end)")
            #expect(try state(cluster) == "running")
            // Coming back is waiting too.
            let back = try cluster.type([Self.press, ["[c/d]", "c\n"]], at: ["wait", "job-1"])
            #expect(back.status == 1 && back.told.contains("job-1 cancelled"), "\(back)")
        }
    }

    @Test func theSecondDetachesAtOnce() throws {
        try TestCluster.with(core: 1) { cluster in
            let end = try cluster.type([Self.press, ["[c/d]", "\u{3}"]], at: stream(cluster))
            #expect(end.status == 130 && end.told.contains("job-1 goes on"), "\(end)")
            #expect(try state(cluster) == "running")
            #expect(try cluster.run(["cancel", "job-1"]).status == 0)
        }
    }
}
