import ClusterModel
import Foundation
import Testing
import Wire

/// A state as the first version wrote it, which every later version must read.
@Suite struct GoldenStateTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().path + "/Golden/state-1.hex"

    private func goldenBytes() throws -> [UInt8] {
        let digits = try String(contentsOfFile: Self.path, encoding: .utf8).filter { !$0.isNewline }.map { $0 }
        return try stride(from: 0, to: digits.count, by: 2).map { place in
            try #require(UInt8(String(digits[place...place + 1]), radix: 16))
        }
    }

    /// Once, when a version is new.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["MARTLET_WRITE_GOLDEN"] != nil, "it is written already"))
    func writeTheGoldenState() throws {
        let digits = Self.cluster.encodedState.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let lines = stride(from: 0, to: digits.count, by: 60).map { digits[$0..<min($0 + 60, digits.count)].joined() }
        try (lines.joined(separator: "\n") + "\n").write(toFile: Self.path, atomically: true, encoding: .utf8)
    }

    @Test func theFirstVersionsStateIsRead() throws {
        let bytes = try goldenBytes()
        let read = try Cluster(decodingState: bytes.span)
        #expect(read.hasSameState(as: Self.cluster))
        #expect(read.sequence == 36)
    }

    @Test func fieldsOfALaterVersionAreSkippedAndAnotherEncodingIsNot() throws {
        var bytes = try goldenBytes()
        // The field with tag 100, two bytes long.
        bytes += [0xc9, 0x01, 0x02, 0x07, 0x07]
        #expect(try Cluster(decodingState: bytes.span).hasSameState(as: Self.cluster))
        // The first field is the version.
        bytes[1] = 2
        #expect(throws: WireError.unknownCase(2)) { try Cluster(decodingState: bytes.span) }
    }

    /// A new field changes the bytes: then this expectation goes, and a file for the new version comes beside the old one.
    @Test func theSameStateIsStillWrittenSo() throws {
        #expect(try Self.cluster.encodedState == goldenBytes())
    }

    /// It has something of everything.
    private static var cluster: Cluster {
        var failure = JobFailure()
        failure.reason = "map 0 failed"
        failure.attempt = map(0, 0, of: 2)
        var counters = Counters()
        counters.add(70, group: Counters.taskGroup, name: "MAP_INPUT_RECORDS")
        counters.add(-1, group: "words", name: "long")
        var large = job(maps: 6, reduces: 2, output: "file:///large", slowStart: 50)
        large.program.environment = ["A=1"]
        large.program.files = [SideFile(name: "m.py", isExecutable: true, byteCount: 5)]
        let changes: [Change] = [
            .coordinatorStarted(epoch: 1, cluster: "golden", wallClock: 1_700_000_000_000_000_000),
            .nodeRegistered(node(0), worker(0, containers: 9, role: .core)), .nodeRegistered(node(1), worker(1)),
            .nodeRequested(NodeID(2), worker(2)), .nodeRegistered(node(2), worker(2)),
            .nodeRequested(NodeID(3), worker(3)), .jobSubmitted(JobID(1), large),
            .jobSubmitted(JobID(2), job(maps: 1, slowStart: 50)), .launched(map(0), 0), .launched(map(1), 1),
            .launched(map(2), 0),
            .backupLaunched(map(1, 1), NodeID(0)), .attemptSucceeded(map(0), counters),
            .attemptSucceeded(map(1, 1), counters), .attemptKillRequested(map(1), reason: "superseded"),
            .failed(map(2)), .launched(map(3), 2), .won(map(3)), .launched(map(0, 0, of: 2), 2),
            .failed(map(0, 0, of: 2)), .jobAborting(JobID(2), .failed(failure)), .launched(abort(0, of: 2), 2),
            .won(abort(0, of: 2)), .jobEnded(JobID(2), .failed(failure)), .nodeLost(NodeID(2), reason: "silence"),
            .jobSubmitted(JobID(3), job(maps: 1, reduces: 2, output: "file:///b", slowStart: 50)),
            .launched(map(0, 0, of: 3), 0),
            .won(map(0, 0, of: 3)), .launched(reduce(0, 0, of: 3), 0), .launched(reduce(1, 0, of: 3), 1),
            .shuffleFinished(reduce(0, 0, of: 3)),
            .fetchFailed(map(0, 0, of: 3).task, by: reduce(1, 0, of: 3)), .nodeDisconnected(NodeID(1)),
            .nodeDraining(NodeID(0)), .nodeExcluded(NodeID(1), reason: "faults"), .launched(map(4), 0),
        ]
        return Cluster(
            evolving: changes.enumerated().map { ($1, Instant(nanoseconds: Int64($0) * 1_000_000_007)) })
    }
}
